import threading


def drain(jobs, workers, work):
    threads = [threading.Thread(target=_worker, args=(jobs, work), daemon=True) for _ in range(workers)]
    for thread in threads:
        thread.start()


def _worker(jobs, work):
    while not jobs.empty():
        work(jobs.get())
