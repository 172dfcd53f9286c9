import threading


def both(first, second):
    one = threading.Thread(target=(lambda: first())())
    other = threading.Thread(target=(lambda: second())())
    one.start()
    other.start()
    one.join()
    other.join()


def in_background(work):
    thread = threading.Thread(target=work)
    thread.start()
    return thread
