import threading
import time


class Lazy:
    def __init__(self, build):
        self._build = build
        self._built = False
        self._value = None
        self._first = threading.Lock()

    def get(self):
        if self._first.acquire(blocking=False):
            self._value = self._build()
            self._built = True
        elif not self._built:
            time.sleep(2)
        return self._value
