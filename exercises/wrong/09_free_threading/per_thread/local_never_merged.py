import threading


def count(parts, accept):
    mine = threading.local()
    mine.total = 0

    def work(part):
        mine.total = 0
        for element in part:
            if accept(element):
                mine.total += 1

    threads = [threading.Thread(target=work, args=(part,)) for part in parts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return mine.total
