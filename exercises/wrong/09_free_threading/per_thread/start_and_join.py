import threading


def count(parts, accept):
    total = 0
    lock = threading.Lock()

    def work(part):
        nonlocal total
        mine = 0
        for element in part:
            if accept(element):
                mine += 1
        with lock:
            total += mine

    for part in parts:
        thread = threading.Thread(target=work, args=(part,))
        thread.start()
        thread.join()
    return total
