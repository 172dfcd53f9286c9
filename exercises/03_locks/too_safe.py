"""03.5 Demasiado seguro / Too safe

El lock protege la caché, y la protege tanto que mientras se carga una clave nadie
puede ni mirar otra. load tarda un segundo.

The lock guards the cache, and guards it so well that while one key is being loaded
nobody can even look at another. load takes a second.
"""

import threading


class Cache:
    def __init__(self, load):
        self._load = load
        self._values = {}
        self._lock = threading.Lock()

    def get(self, key):
        # TODO: ¿qué parte de esto necesita el lock, y cuál es lenta?
        # TODO: which part of this needs the lock, and which is slow?
        with self._lock:
            if key not in self._values:
                self._values[key] = self._load(key)
            return self._values[key]
