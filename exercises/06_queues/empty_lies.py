"""06.2 empty() miente / empty() lies

drain() vacía la cola con varios hilos: cada trabajo pasa por work() una vez, y
drain() vuelve cuando no queda ninguno. Hoy, a veces, un hilo se queda esperando.

drain() empties the queue with several threads: each job goes through work()
once, and drain() returns when none is left. Today a thread sometimes is stuck.
"""

import threading


def drain(jobs, workers, work):
    threads = [threading.Thread(target=_worker, args=(jobs, work)) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _worker(jobs, work):
    # TODO: entre preguntar y sacar puede pasar otro hilo
    # TODO: another thread can come between asking and taking
    while not jobs.empty():
        work(jobs.get())
