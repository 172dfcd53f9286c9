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
        try:
            work(job)
        except Exception:
            failed.append(job)
            jobs.task_done()
        finally:
            jobs.task_done()
