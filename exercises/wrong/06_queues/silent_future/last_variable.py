from concurrent.futures import ThreadPoolExecutor


def run_all(jobs, work, report):
    results = {}

    def keep():
        try:
            results[job] = work(job)
        except Exception as error:
            report(job, error)

    with ThreadPoolExecutor(max_workers=2) as pool:
        for job in jobs:
            pool.submit(keep)
    return results
