"""06.4 El futuro mudo: quien hace el trabajo responde de él / whoever does the job answers for it"""

from concurrent.futures import ThreadPoolExecutor


def run_all(jobs, work, report):
    results = {}

    def keep(job):
        try:
            result = work(job)
        except Exception as error:
            report(job, error)
        else:
            results[job] = result

    # Nada se pierde en el futuro, porque keep() no deja nada para él; salir del with espera a todos.
    # Nothing is lost in the future since keep() leaves nothing to it; leaving the with waits for all.
    with ThreadPoolExecutor(max_workers=2) as pool:
        for job in jobs:
            pool.submit(keep, job)
    return results
