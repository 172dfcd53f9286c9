"""07.2 Value sin lock: contar a solas y sumar una vez / count alone and add once"""

import multiprocessing


def tally(parts, accept):
    found = multiprocessing.Array("i", len(parts))
    processes = [
        multiprocessing.Process(target=_count, args=(part, accept, found, place)) for place, part in enumerate(parts)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return sum(found[place] for place in range(len(parts)))


def _count(part, accept, found, place):
    # Nadie más escribe en este hueco, y se escribe una sola vez.
    # Nobody else writes to this place, and it is written only once.
    found[place] = sum(1 for number in part if accept(number))
