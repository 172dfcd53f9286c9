import threading


def count(parts, accept):
    total = 0
    lock = threading.Lock()

    def work(part):
        nonlocal total
        with lock:
            for element in part:
                if accept(element):
                    total += 1

    threads = [threading.Thread(target=work, args=(part,)) for part in parts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return total
