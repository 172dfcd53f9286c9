import threading


def both(first, second):
    one = threading.Thread(target=first)
    other = threading.Thread(target=second)
    one.run()
    other.run()


def in_background(work):
    thread = threading.Thread(target=work)
    thread.start()
    return thread
