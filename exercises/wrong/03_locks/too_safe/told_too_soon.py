import threading


class Cache:
    def __init__(self, load):
        self._load = load
        self._values = {}
        self._ready = {}
        self._lock = threading.Lock()

    def get(self, key):
        with self._lock:
            mine = key not in self._ready
            ready = self._ready.setdefault(key, threading.Event())
        if mine:
            try:
                value = self._load(key)
            finally:
                ready.set()
            self._values[key] = value
        ready.wait()
        return self._values[key]
