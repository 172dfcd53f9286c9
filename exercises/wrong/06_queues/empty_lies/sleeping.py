import random
import threading
import time


def drain(jobs, workers, work):
    threads = [threading.Thread(target=_worker, args=(jobs, work)) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _worker(jobs, work):
    while not jobs.empty():
        time.sleep(random.random())
        if not jobs.empty():
            work(jobs.get())
