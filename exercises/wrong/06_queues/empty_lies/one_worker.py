import threading


def drain(jobs, workers, work):
    threads = [threading.Thread(target=_worker, args=(jobs, work)) for _ in range(1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _worker(jobs, work):
    while not jobs.empty():
        work(jobs.get())
