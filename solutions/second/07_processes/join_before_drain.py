"""07.4 join antes de vaciar: cada hijo avisa de su final / each child tells its end"""

import multiprocessing


def collect(parts, render):
    results = multiprocessing.Queue()
    processes = [multiprocessing.Process(target=_render, args=(part, render, results)) for part in parts]
    for process in processes:
        process.start()
    found = []
    working = len(processes)
    while working:
        result = results.get()
        # None no es un resultado: es el último mensaje de un hijo.
        # None is no result: it is the last message of a child.
        if result is None:
            working -= 1
        else:
            found.append(result)
    for process in processes:
        process.join()
    return found


def _render(part, render, results):
    for piece in part:
        results.put(render(piece))
    results.put(None)
