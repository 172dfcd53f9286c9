import threading

found = 0


def total(parts, count):
    processes = [threading.Thread(target=_count, args=(part, count)) for part in parts]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return found


def _count(part, count):
    global found
    found += count(part)
