"""06.2 empty() miente: preguntar y sacar bajo un lock / asking and taking under a lock"""

import threading


def drain(jobs, workers, work):
    lock = threading.Lock()
    threads = [threading.Thread(target=_worker, args=(jobs, work, lock)) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _worker(jobs, work, lock):
    while True:
        with lock:
            # Todos los que sacan toman este lock: lo que dice empty() sigue siendo verdad.
            # All who take hold this lock: what empty() says still is true.
            if jobs.empty():
                return
            job = jobs.get()
        work(job)  # fuera del lock: es lo que se hace a la vez / outside: this is done at the same time
