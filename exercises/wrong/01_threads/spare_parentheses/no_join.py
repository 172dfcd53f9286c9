import threading


def both(first, second):
    threading.Thread(target=first).start()
    threading.Thread(target=second).start()


def in_background(work):
    thread = threading.Thread(target=work)
    thread.start()
    return thread
