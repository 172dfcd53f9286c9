"""06.3 task_done y la excepción / The exception ate task_done"""

import queue
import threading


def run(todo, workers, work):
    jobs = queue.Queue()
    failed = []
    threads = [threading.Thread(target=_worker, args=(jobs, work, failed)) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for job in todo:
        jobs.put(job)
    jobs.join()
    for _ in threads:
        jobs.put(None)
    for thread in threads:
        thread.join()
    return failed


def _worker(jobs, work, failed):
    while True:
        job = jobs.get()
        if job is None:
            return
        try:
            work(job)
        except Exception:
            # El fallo queda anotado y el hilo sigue vivo para el siguiente.
            # The failure is noted and the thread lives on for the next one.
            failed.append(job)
        finally:
            # Salga como salga: cada get() tiene su task_done().
            # Whatever comes of it: each get() has its task_done().
            jobs.task_done()
