import threading


class Pool:
    def __init__(self, size):
        self.permits = threading.Semaphore(size)

    def use(self, work):
        try:
            if not self.permits.acquire(blocking=False):
                self.permits.acquire()
                self.permits.release()
            return work()
        finally:
            self.permits.release()
