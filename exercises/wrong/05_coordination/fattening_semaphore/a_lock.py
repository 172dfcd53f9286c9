import threading


class Pool:
    def __init__(self, size):
        self.permits = threading.Lock()

    def use(self, work):
        with self.permits:
            return work()
