from concurrent.futures import ThreadPoolExecutor


def run_all(jobs, work, report):
    results = {}
    with ThreadPoolExecutor(max_workers=2) as pool:
        for job in jobs:
            try:
                results[job] = pool.submit(work, job).result()
            except Exception as error:
                report(job, error)
    return results
