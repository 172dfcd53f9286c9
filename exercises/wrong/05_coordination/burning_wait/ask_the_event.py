import threading


class Result:
    def __init__(self):
        self.value = None
        self.ready = threading.Event()

    def set(self, value):
        self.value = value
        self.ready.set()

    def get(self):
        while not self.ready.is_set():
            pass
        return self.value
