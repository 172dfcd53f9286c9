"""07.4 join antes de vaciar / Join before drain

Cada proceso produce resultados grandes y collect() los devuelve todos. Hoy el
padre espera a los hijos, y los hijos al padre.

Each process makes large results and collect() returns all of them. Today the
parent waits for its children, and the children for the parent.
"""

import multiprocessing


def collect(parts, render):
    results = multiprocessing.Queue()
    processes = [multiprocessing.Process(target=_render, args=(part, render, results)) for part in parts]
    for process in processes:
        process.start()
    # TODO: un proceso no termina hasta que lo que puso en la cola ha salido de él
    # TODO: a process does not end before what it put into the queue has left it
    for process in processes:
        process.join()
    found = []
    while not results.empty():
        found.append(results.get())
    return found


def _render(part, render, results):
    for piece in part:
        results.put(render(piece))
