import threading


class Pool:
    def __init__(self, size):
        self.permits = threading.Semaphore(size - 1)

    def use(self, work):
        self.permits.acquire()
        try:
            return work()
        except Exception:
            self.permits.release()
            raise
        finally:
            self.permits.release()
