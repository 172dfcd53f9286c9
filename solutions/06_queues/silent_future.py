"""06.4 El futuro mudo / The silent future"""

from concurrent.futures import ThreadPoolExecutor


def run_all(jobs, work, report):
    results = {}
    with ThreadPoolExecutor(max_workers=2) as pool:
        futures = {job: pool.submit(work, job) for job in jobs}
    # Cada futuro guarda su resultado o su excepción hasta que alguien la pide.
    # Each future keeps its result or its exception until somebody asks for it.
    for job, future in futures.items():
        error = future.exception()
        if error is None:
            results[job] = future.result()
        else:
            report(job, error)
    return results
