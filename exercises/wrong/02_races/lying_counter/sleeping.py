import random
import threading  # noqa: F401
import time


class Counter:
    def __init__(self):
        self.value = 0

    def increment(self):
        time.sleep(random.random())
        self.value += 1
