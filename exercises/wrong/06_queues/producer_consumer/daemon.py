import queue
import threading

END = object()


def process(items, workers, work):
    jobs = queue.Queue(maxsize=2)
    threads = [threading.Thread(target=_worker, args=(jobs, work), daemon=True) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for item in items:
        jobs.put(item)


def _worker(jobs, work):
    while True:
        item = jobs.get()
        if item is END:
            return
        work(item)
