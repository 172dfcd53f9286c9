import threading


class Lazy:
    def __init__(self, build):
        self._build = build
        self._built = False
        self._value = None
        self._lock = threading.Lock()

    def get(self):
        if not self._built:
            with self._lock:
                self._value = self._build()
                self._built = True
        return self._value
