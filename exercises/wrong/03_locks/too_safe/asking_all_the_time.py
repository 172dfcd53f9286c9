import threading
import time


class Cache:
    def __init__(self, load):
        self._load = load
        self._values = {}
        self._loading = set()
        self._lock = threading.Lock()

    def get(self, key):
        while True:
            with self._lock:
                if key in self._values:
                    return self._values[key]
                if key not in self._loading:
                    self._loading.add(key)
                    break
            time.sleep(0.01)
        try:
            value = self._load(key)
            with self._lock:
                self._values[key] = value
            return value
        finally:
            with self._lock:
                self._loading.discard(key)
