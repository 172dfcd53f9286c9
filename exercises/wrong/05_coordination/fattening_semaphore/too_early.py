import threading


class Pool:
    def __init__(self, size):
        self.permits = threading.Semaphore(size)

    def use(self, work):
        self.permits.acquire()
        self.permits.release()
        return work()
