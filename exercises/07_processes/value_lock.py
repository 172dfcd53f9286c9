"""07.2 Value sin lock / Value without its lock

tally() cuenta, entre varios procesos, cuántos de sus números cumplen accept().
Value se comparte de verdad, y aun así a veces se pierde alguno.

tally() counts, with several processes, how many of their numbers accept() takes.
A Value really is shared, and yet some are lost sometimes.
"""

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
            # TODO: leer y escribir son dos accesos, cada uno con el lock por su cuenta
            # TODO: to read and to write are two accesses, each with the lock on its own
            found.value += 1
