"""06.3 task_done y la excepción: un futuro por trabajo / a future for each job"""

from concurrent.futures import ThreadPoolExecutor


def run(todo, workers, work):
    # El futuro guarda la excepción, y salir del with espera a todos.
    # The future keeps the exception, and leaving the with waits for all.
    with ThreadPoolExecutor(workers) as pool:
        futures = [(job, pool.submit(work, job)) for job in todo]
    return [job for job, future in futures if future.exception() is not None]
