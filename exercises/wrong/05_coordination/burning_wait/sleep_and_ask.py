import threading  # noqa: F401
import time


class Result:
    def __init__(self):
        self.value = None
        self.ready = False

    def set(self, value):
        self.value = value
        self.ready = True

    def get(self):
        while not self.ready:
            time.sleep(0.001)
        return self.value
