import threading


def apply_all(function, values):
    threads = [threading.Thread(target=function, args=(value,)) for value in values]
    for thread in threads:
        thread.start()
    return [thread.join() for thread in threads]
