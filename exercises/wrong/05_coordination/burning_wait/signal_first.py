import threading


class Result:
    def __init__(self):
        self.value = None
        self.ready = threading.Event()

    def set(self, value):
        self.ready.set()
        self.value = value

    def get(self):
        self.ready.wait()
        return self.value
