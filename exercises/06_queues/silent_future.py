"""06.4 El futuro mudo / The silent future

run_all() hace cada trabajo en un grupo de hilos y devuelve {trabajo: resultado}
de los que salieron bien. De cada uno que falla llama a report(trabajo, error),
una sola vez. Hoy nadie se entera de los fallos.

run_all() does each job in a pool of threads and returns {job: result} of those
that went well. For each one that fails it calls report(job, error), once only.
Today nobody hears of the failures.
"""

from concurrent.futures import ThreadPoolExecutor


def run_all(jobs, work, report):
    results = {}

    def keep(job):
        results[job] = work(job)

    with ThreadPoolExecutor(max_workers=2) as pool:
        for job in jobs:
            # TODO: ¿quién mira lo que submit() devuelve?
            # TODO: who looks at what submit() returns?
            pool.submit(keep, job)
    return results
