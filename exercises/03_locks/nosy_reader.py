"""03.3 El lector curioso / The nosy reader

Escribir está protegido con un lock. «Leer no cambia nada», así que guests() no lo
toma. Y a veces alguien ve media pareja, o una lista que cambia mientras la mira.

Writing is guarded by a lock. "Reading changes nothing", so guests() does not take
it. And sometimes somebody sees half a couple, or a list that changes as they look.
"""

import threading


class Party:
    def __init__(self):
        self._guests = []
        self._lock = threading.Lock()

    def arrive(self, one, other):
        with self._lock:
            self._guests.append(one)
            self._guests.append(other)

    def leave(self, one, other):
        with self._lock:
            self._guests.remove(one)
            self._guests.remove(other)

    def guests(self):
        # TODO: ¿qué se está dando a quien llama, y cuándo?
        # TODO: what is the caller being given, and when?
        return self._guests
