def run_all(jobs, work, report):
    results = {}
    for job in jobs:
        try:
            results[job] = work(job)
        except Exception as error:
            report(job, error)
    return results
