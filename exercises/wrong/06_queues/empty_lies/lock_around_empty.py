import threading

lock = threading.Lock()


def drain(jobs, workers, work):
    threads = [threading.Thread(target=_worker, args=(jobs, work)) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _worker(jobs, work):
    while True:
        with lock:
            if jobs.empty():
                return
        work(jobs.get())
