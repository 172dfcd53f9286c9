import queue
import threading

END = object()


def process(items, workers, work):
    jobs = queue.Queue()
    threads = [threading.Thread(target=_worker, args=(jobs, work)) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for _ in threads:
        jobs.put(END)
    for item in items:
        jobs.put(item)
    for thread in threads:
        thread.join()


def _worker(jobs, work):
    while True:
        item = jobs.get()
        if item is END:
            return
        work(item)
