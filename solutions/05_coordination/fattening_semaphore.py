"""05.7 El semáforo que engorda / The fattening semaphore"""

import threading


class Pool:
    def __init__(self, size):
        # Este se queja si se devuelve de más.
        # This one complains if too many are given back.
        self.permits = threading.BoundedSemaphore(size)

    def use(self, work):
        with self.permits:  # lo toma y lo devuelve una vez / takes it and gives it back once
            return work()
