import multiprocessing


def total(parts, count):
    found = []
    processes = [multiprocessing.Process(target=_count, args=(part, count, found)) for part in parts]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return sum(found)


def _count(part, count, found):
    found.append(count(part))
