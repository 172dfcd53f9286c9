from concurrent.futures import ThreadPoolExecutor, as_completed


def run_all(jobs, work, report):
    results = {}

    def keep(job):
        results[job] = work(job)

    with ThreadPoolExecutor(max_workers=2) as pool:
        for future in as_completed([pool.submit(keep, job) for job in jobs]):
            assert future.done()
    return results
