"""02.1 El contador que miente: con un semáforo binario / with a binary semaphore"""

import threading


class Counter:
    def __init__(self):
        self.value = 0
        self._turn = threading.Semaphore(1)

    def increment(self):
        self._turn.acquire()
        try:
            self.value += 1
        finally:
            self._turn.release()
