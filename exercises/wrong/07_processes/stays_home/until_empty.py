import multiprocessing


def total(parts, count):
    results = multiprocessing.Queue()
    processes = [multiprocessing.Process(target=_count, args=(part, count, results)) for part in parts]
    for process in processes:
        process.start()
    found = 0
    while not results.empty():
        found += results.get()
    for process in processes:
        process.join()
    return found


def _count(part, count, results):
    results.put(count(part))
