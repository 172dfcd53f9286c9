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
            if mine == 2:
                with lock:
                    total += mine
                mine = 0
        with lock:
            total += mine

    threads = [threading.Thread(target=work, args=(part,)) for part in parts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return total
