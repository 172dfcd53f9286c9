"""02.5 Perezoso y doble / Lazy twice"""

import threading


class Lazy:
    def __init__(self, build):
        self._build = build
        self._built = False
        self._value = None
        self._lock = threading.Lock()  # uno por objeto / one an object

    def get(self):
        # Quien llega tarde espera aquí y, al entrar, vuelve a mirar.
        # Who comes late waits here and, once in, looks again.
        with self._lock:
            if not self._built:
                self._value = self._build()
                self._built = True
            return self._value
