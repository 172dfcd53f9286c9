"""07.1 La variable que no cruza / The variable that stays home

total(parts, count) cuenta cada parte en un proceso suyo y devuelve la suma. Hoy
devuelve 0: ¿en la memoria de quién se suma?

total(parts, count) counts each part in a process of its own and returns the sum.
Today it returns 0: in whose memory is it added up?
"""

import multiprocessing

found = 0


def total(parts, count):
    processes = [multiprocessing.Process(target=_count, args=(part, count)) for part in parts]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    # TODO: esta variable es la del padre
    # TODO: this variable is the parent's
    return found


def _count(part, count):
    global found
    found += count(part)
