import multiprocessing


def total(parts, count):
    processes = [multiprocessing.Process(target=_count, args=(part, count)) for part in parts]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return sum(process.exitcode for process in processes)


def _count(part, count):
    return count(part)
