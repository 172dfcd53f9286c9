import threading  # noqa: F401
import time


class Result:
    def __init__(self):
        self.value = None

    def set(self, value):
        self.value = value

    def get(self):
        time.sleep(1)
        return self.value
