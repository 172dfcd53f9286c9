import threading


class Finish:
    def __init__(self, workers):
        self.workers = workers
        self.arrived = threading.Semaphore(0)

    def done(self):
        self.arrived.release()

    def wait_all(self):
        for _ in range(self.workers):
            self.arrived.acquire()
        self.arrived.release(self.workers)
