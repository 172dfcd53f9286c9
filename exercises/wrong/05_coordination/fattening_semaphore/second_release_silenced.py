import threading


class Pool:
    def __init__(self, size):
        self.permits = threading.BoundedSemaphore(size)

    def use(self, work):
        self.permits.acquire()
        try:
            return work()
        except Exception:
            self.permits.release()
            raise
        finally:
            try:
                self.permits.release()
            except ValueError:
                pass
