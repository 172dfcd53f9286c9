"""03.5 Demasiado seguro: una promesa por clave / a promise for each key"""

import threading
from concurrent.futures import Future


class Cache:
    def __init__(self, load):
        self._load = load
        self._promises = {}
        self._lock = threading.Lock()

    def get(self, key):
        with self._lock:
            promise = self._promises.get(key)
            mine = promise is None
            if mine:
                promise = self._promises[key] = Future()
        if mine:
            try:
                promise.set_result(self._load(key))
            except Exception as error:
                with self._lock:
                    del self._promises[key]  # la próxima vez se intenta de nuevo / next time it is tried again
                promise.set_exception(error)
        return promise.result()  # espera, o lanza el mismo fallo / waits, or raises the same failure
