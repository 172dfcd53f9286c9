import multiprocessing


def total(parts, count):
    found = multiprocessing.Value("q", 0)
    processes = [multiprocessing.Process(target=_count, args=(part, count, found)) for part in parts]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return found.value


def _count(part, count, found):
    found.value += count(part)
