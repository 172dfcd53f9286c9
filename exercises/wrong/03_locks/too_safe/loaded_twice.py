import threading


class Cache:
    def __init__(self, load):
        self._load = load
        self._values = {}
        self._lock = threading.Lock()

    def get(self, key):
        with self._lock:
            if key in self._values:
                return self._values[key]
        value = self._load(key)
        with self._lock:
            self._values[key] = value
        return value
