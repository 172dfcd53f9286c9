import threading


class Finish:
    def __init__(self, workers):
        self.left = workers
        self.changed = threading.Condition()

    def done(self):
        with self.changed:
            self.left -= 1
            if self.left == 0:
                self.changed.notify_all()

    def wait_all(self):
        with self.changed:
            while self.left > 0:
                self.changed.wait(timeout=0.1)
