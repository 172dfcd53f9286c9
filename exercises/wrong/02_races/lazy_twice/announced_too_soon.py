import threading


class Lazy:
    def __init__(self, build):
        self._build = build
        self._built = False
        self._value = None
        self._lock = threading.Lock()

    def get(self):
        with self._lock:
            mine = not self._built
            self._built = True
        if mine:
            self._value = self._build()
        return self._value
