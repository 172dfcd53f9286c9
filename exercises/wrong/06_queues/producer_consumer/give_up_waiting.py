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
    for thread in threads:
        thread.join()


def _worker(jobs, work):
    while True:
        try:
            item = jobs.get(timeout=1)
        except queue.Empty:
            return
        work(item)
