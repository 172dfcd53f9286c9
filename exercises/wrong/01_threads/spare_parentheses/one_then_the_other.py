import threading


def both(first, second):
    for work in (first, second):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()


def in_background(work):
    thread = threading.Thread(target=work)
    thread.start()
    return thread
