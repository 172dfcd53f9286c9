from concurrent.futures import ThreadPoolExecutor


def run_all(jobs, work, report):
    results = {}
    with ThreadPoolExecutor(max_workers=2) as pool:
        futures = {job: pool.submit(work, job) for job in jobs}
        for job, future in futures.items():
            if future.done():
                error = future.exception()
                if error is None:
                    results[job] = future.result()
                else:
                    report(job, error)
    return results
