from concurrent.futures import ThreadPoolExecutor


def run_all(jobs, work, report):
    results = {}

    def keep(job):
        results[job] = work(job)

    with ThreadPoolExecutor(max_workers=2) as pool:
        for job in jobs:
            pool.submit(keep, job).add_done_callback(lambda future: future.result())
    return results
