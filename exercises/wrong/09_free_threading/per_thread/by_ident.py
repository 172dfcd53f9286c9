import threading


def count(parts, accept):
    counts = {}

    def work(part):
        counts[threading.get_ident()] = 0
        for element in part:
            if accept(element):
                counts[threading.get_ident()] += 1

    threads = [threading.Thread(target=work, args=(part,)) for part in parts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts.values())
