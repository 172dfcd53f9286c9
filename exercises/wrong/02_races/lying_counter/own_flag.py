import threading  # noqa: F401


class Counter:
    def __init__(self):
        self.value = 0
        self.busy = False

    def increment(self):
        while self.busy:
            pass
        self.busy = True
        self.value += 1
        self.busy = False
