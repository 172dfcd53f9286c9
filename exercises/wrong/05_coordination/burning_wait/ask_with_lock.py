import threading


class Result:
    def __init__(self):
        self.value = None
        self.ready = False
        self.lock = threading.Lock()

    def set(self, value):
        with self.lock:
            self.value = value
            self.ready = True

    def get(self):
        while True:
            with self.lock:
                if self.ready:
                    return self.value
