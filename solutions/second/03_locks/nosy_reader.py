"""03.3 El lector curioso: publicar una tupla nueva / publish a new tuple"""

import threading


class Party:
    def __init__(self):
        self._guests = ()
        self._lock = threading.Lock()

    def arrive(self, one, other):
        with self._lock:
            # Una sola escritura publica la pareja entera.
            # A single write publishes the whole couple.
            self._guests = (*self._guests, one, other)

    def leave(self, one, other):
        with self._lock:
            self._guests = tuple(guest for guest in self._guests if guest not in (one, other))

    def guests(self):
        # Una lectura de algo que ya nadie cambia: no hace falta lock.
        # One read of something that nobody changes any more: no lock needed.
        return list(self._guests)
