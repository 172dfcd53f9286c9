from concurrent.futures import ThreadPoolExecutor


def run_all(jobs, work, report):
    results = {}

    def keep(job):
        try:
            results[job] = work(job)
        except Exception as error:
            report(job, error)

    pool = ThreadPoolExecutor(max_workers=2)
    for job in jobs:
        pool.submit(keep, job)
    pool.shutdown(wait=False)
    return results
