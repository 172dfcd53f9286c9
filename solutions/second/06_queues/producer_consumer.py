"""06.1 Productor–consumidor: el aviso pasa de mano en mano / the notice is handed on"""

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
    jobs.put(END)
    for thread in threads:
        thread.join()


def _worker(jobs, work):
    while True:
        item = jobs.get()
        if item is END:
            # Lo devuelve a la cola para el siguiente: es lo último que hay en ella.
            # Put back for the next one: it is the last thing in the queue.
            jobs.put(END)
            return
        work(item)
