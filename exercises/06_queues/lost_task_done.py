"""06.3 task_done y la excepción / The exception ate task_done

run() hace todos los trabajos con varios hilos y devuelve la lista de los que
fallaron. Un trabajo que falla no impide los demás. Hoy, si uno falla, su hilo
muere y jobs.join() espera para siempre.

run() does all jobs with several threads and returns the list of those that
failed. A job that fails does not keep the others from being done. Today, if one
fails, its thread dies and jobs.join() waits for ever.
"""

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
        # TODO: ¿qué se salta una excepción de work()?
        # TODO: what does an exception of work() skip?
        work(job)
        jobs.task_done()
