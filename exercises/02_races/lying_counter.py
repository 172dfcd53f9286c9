"""02.1 El contador que miente / The lying counter

Varios hilos llaman a increment() a la vez. Al final, value tiene que ser el
número de llamadas. Hoy, a veces, es menor.

Several threads call increment() at once. In the end, value has to be the number
of calls. Today it sometimes is less.
"""

import threading  # noqa: F401


class Counter:
    def __init__(self):
        self.value = 0

    def increment(self):
        # TODO: entre leer y escribir puede pasar otro hilo
        # TODO: another thread can come between the read and the write
        self.value += 1
