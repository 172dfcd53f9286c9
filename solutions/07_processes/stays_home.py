"""07.1 La variable que no cruza / The variable that stays home"""

import multiprocessing


def total(parts, count):
    results = multiprocessing.Queue()
    processes = [multiprocessing.Process(target=_count, args=(part, count, results)) for part in parts]
    for process in processes:
        process.start()
    # Un resultado por proceso; sacarlos antes de join(), para que nadie espere a una tubería llena.
    # A result for each process; taken before join(), so that nobody waits for a full pipe.
    found = sum(results.get() for _ in processes)
    for process in processes:
        process.join()
    return found


def _count(part, count, results):
    # La cola sí llega de un proceso a otro.
    # The queue does reach from one process to the other.
    results.put(count(part))
