from concurrent.futures import ThreadPoolExecutor


def run_all(jobs, work, report):
    results = {}

    def keep(job):
        try:
            results[job] = work(job)
        except Exception as error:
            print(job, error)

    with ThreadPoolExecutor(max_workers=2) as pool:
        for job in jobs:
            pool.submit(keep, job)
    return results
