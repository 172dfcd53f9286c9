"""02.5 Perezoso y doble: el primero construye, los demás esperan / the first builds, the others wait"""

import threading


class Lazy:
    def __init__(self, build):
        self._build = build
        self._value = None
        self._first = threading.Lock()
        self._ready = threading.Event()

    def get(self):
        # Solo uno consigue el lock, y no lo suelta nunca: es su derecho a construir.
        # Only one gets the lock, and never gives it back: it is the right to build.
        if not self._ready.is_set() and self._first.acquire(blocking=False):
            self._value = self._build()
            self._ready.set()
        self._ready.wait()
        return self._value
