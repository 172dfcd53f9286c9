import multiprocessing


def total(parts, count):
    results = multiprocessing.Queue()
    processes = [multiprocessing.Process(target=_count, args=(part, count, results)) for part in parts]
    found = 0
    for process in processes:
        process.start()
        found += results.get()
        process.join()
    return found


def _count(part, count, results):
    # La cola sí llega de un proceso a otro.
    # The queue does reach from one process to the other.
    results.put(count(part))
