from concurrent.futures import ThreadPoolExecutor


def run_all(jobs, work, report):
    results = {}
    with ThreadPoolExecutor(max_workers=2) as pool:
        futures = {job: pool.submit(work, job) for job in jobs}
    try:
        for job, future in futures.items():
            results[job] = future.result()
    except Exception as error:
        report(job, error)
    return results
