"""06.1: esperar a los trabajos y no a los hilos / to wait for the jobs and not for the threads."""

import queue
import threading


def process(items, workers, work):
    jobs = queue.Queue(maxsize=2)

    def worker():
        while True:
            work(jobs.get())
            jobs.task_done()

    for _ in range(workers):
        threading.Thread(target=worker, daemon=True).start()
    for item in items:
        jobs.put(item)
    jobs.join()
