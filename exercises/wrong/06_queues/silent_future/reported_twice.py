from concurrent.futures import ThreadPoolExecutor


def run_all(jobs, work, report):
    results = {}

    def keep(job):
        try:
            results[job] = work(job)
        except Exception as error:
            report(job, error)
            raise

    with ThreadPoolExecutor(max_workers=2) as pool:
        futures = {job: pool.submit(keep, job) for job in jobs}
    for job, future in futures.items():
        if future.exception():
            report(job, future.exception())
    return results
