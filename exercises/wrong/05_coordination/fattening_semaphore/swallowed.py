import threading


class Pool:
    def __init__(self, size):
        self.permits = threading.Semaphore(size)

    def use(self, work):
        with self.permits:
            try:
                return work()
            except Exception:
                return None
