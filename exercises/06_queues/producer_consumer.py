"""06.1 Productor–consumidor / Producer–consumer

process() pasa cada elemento por work(), una vez, con varios hilos a la vez, y
vuelve cuando todo está hecho y todos los hilos han terminado. Hoy no vuelve.

process() passes each item through work(), once, with several threads at a time,
and returns when all is done and all threads have ended. Today it does not.
"""

import queue
import threading

END = object()


def process(items, workers, work):
    jobs = queue.Queue(maxsize=2)
    threads = [threading.Thread(target=_worker, args=(jobs, work)) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for item in items:
        jobs.put(item)
    # TODO: ¿cuántos hilos esperan oír que no hay más?
    # TODO: how many threads wait to hear that there are no more?
    jobs.put(END)
    for thread in threads:
        thread.join()


def _worker(jobs, work):
    while True:
        item = jobs.get()
        if item is END:
            return
        work(item)
