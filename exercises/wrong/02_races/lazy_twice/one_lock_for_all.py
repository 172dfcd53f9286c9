import threading


class Lazy:
    lock = threading.Lock()

    def __init__(self, build):
        self._build = build
        self._built = False
        self._value = None

    def get(self):
        with self.lock:
            if not self._built:
                self._value = self._build()
                self._built = True
            return self._value
