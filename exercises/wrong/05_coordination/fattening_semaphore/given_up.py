import threading


class Pool:
    def __init__(self, size):
        self.permits = threading.Semaphore(size)

    def use(self, work):
        got = self.permits.acquire(timeout=1)
        try:
            return work()
        finally:
            if got:
                self.permits.release()
