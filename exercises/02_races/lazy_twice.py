"""02.5 Perezoso y doble / Lazy twice

Abrir una conexión o leer un archivo grande se deja para cuando haga falta. Si dos
hilos lo necesitan a la vez, se hace dos veces y cada uno se lleva el suyo.

Opening a connection or reading a big file is put off until needed. If two threads
need it at once, it is done twice and each takes away its own.
"""

import threading  # noqa: F401


class Lazy:
    def __init__(self, build):
        self._build = build  # tarda un segundo / takes a second
        self._built = False
        self._value = None

    def get(self):
        # TODO: ¿qué pasa si otro hilo llega mientras build() trabaja?
        # TODO: what if another thread comes while build() is at work?
        if not self._built:
            self._value = self._build()
            self._built = True
        return self._value
