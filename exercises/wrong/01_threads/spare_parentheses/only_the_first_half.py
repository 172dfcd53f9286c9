import threading


def both(first, second):
    one = threading.Thread(target=first)
    other = threading.Thread(target=second)
    one.start()
    other.start()
    one.join()
    other.join()


def in_background(work):
    thread = threading.Thread(target=work)
    thread.run()
    return thread
