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
                if not self._built:
                    self._built = True
                    self._value = self._build()
        return self._value
