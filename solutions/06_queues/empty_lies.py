"""06.2 empty() miente / empty() lies"""

import queue
import threading


def drain(jobs, workers, work):
    threads = [threading.Thread(target=_worker, args=(jobs, work)) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _worker(jobs, work):
    while True:
        # Sacar y enterarse de que no hay es un solo acto.
        # Taking and learning that there is none is a single act.
        try:
            job = jobs.get_nowait()
        except queue.Empty:
            return
        work(job)
