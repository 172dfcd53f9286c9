"""05.2 La espera que quema / The burning wait"""

import threading


class Result:
    def __init__(self):
        self.value = None
        self.ready = threading.Event()

    def set(self, value):
        # Primero el valor y después la señal.
        # First the value, and then the signal.
        self.value = value
        self.ready.set()

    def get(self):
        self.ready.wait()  # duerme sin gastar nada / sleeps at no cost
        return self.value
