"""07.2 Value sin lock / Value without its lock"""

import multiprocessing


def tally(parts, accept):
    found = multiprocessing.Value("i", 0)
    processes = [multiprocessing.Process(target=_count, args=(part, accept, found)) for part in parts]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return found.value


def _count(part, accept, found):
    for number in part:
        if accept(number):
            # Su propio lock, tomado desde la lectura hasta la escritura.
            # Its own lock, taken from the read to the write.
            with found.get_lock():
                found.value += 1
