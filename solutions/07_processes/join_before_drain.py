"""07.4 join antes de vaciar / Join before drain"""

import multiprocessing


def collect(parts, render):
    results = multiprocessing.Queue()
    processes = [multiprocessing.Process(target=_render, args=(part, render, results)) for part in parts]
    for process in processes:
        process.start()
    # Se sabe cuántos resultados hay: sacarlos todos primero, y entonces esperar a los hijos.
    # It is known how many results there are: take all of them first, then wait for the children.
    found = [results.get() for part in parts for _ in part]
    for process in processes:
        process.join()
    return found


def _render(part, render, results):
    for piece in part:
        results.put(render(piece))
