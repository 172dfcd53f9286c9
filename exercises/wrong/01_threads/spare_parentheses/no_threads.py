import threading


def both(first, second):
    first()
    second()


def in_background(work):
    thread = threading.Thread(target=work)
    thread.start()
    return thread
