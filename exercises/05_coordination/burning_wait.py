"""05.2 La espera que quema / The burning wait

Un hilo calcula y llama a set(); otros llaman a get() y esperan el valor. Esperan
preguntando millones de veces, con un núcleo al cien por cien.

One thread computes and calls set(); others call get() and wait for the value. They
wait by asking millions of times, with a core at a hundred per cent.
"""

import threading  # noqa: F401


class Result:
    def __init__(self):
        self.value = None
        self.ready = False

    def set(self, value):
        self.value = value
        self.ready = True

    def get(self):
        # TODO: dormirse hasta que alguien despierte a quien espera
        # TODO: sleep until somebody wakes the one who waits
        while not self.ready:
            pass
        return self.value
