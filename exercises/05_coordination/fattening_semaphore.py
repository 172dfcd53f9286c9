"""05.7 El semáforo que engorda / The fattening semaphore

use(work) deja trabajar a size hilos a la vez. Cada trabajo que falla deja un permiso
de más, y al cabo de unos fallos caben todos.

use(work) lets size threads work at the same time. Each work that fails leaves one
permit too many, and after some failures everybody fits.
"""

import threading


class Pool:
    def __init__(self, size):
        self.permits = threading.Semaphore(size)

    def use(self, work):
        # TODO: un permiso que se toma se devuelve una vez, pase lo que pase
        # TODO: a permit taken is given back once, whatever happens
        self.permits.acquire()
        try:
            return work()
        except Exception:
            self.permits.release()
            raise
        finally:
            self.permits.release()
