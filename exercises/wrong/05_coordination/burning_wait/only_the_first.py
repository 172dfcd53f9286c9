import threading


class Result:
    def __init__(self):
        self.value = None
        self.ready = threading.Semaphore(0)

    def set(self, value):
        self.value = value
        self.ready.release()

    def get(self):
        self.ready.acquire()
        return self.value
