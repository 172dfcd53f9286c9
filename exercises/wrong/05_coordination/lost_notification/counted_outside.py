import threading


class Finish:
    def __init__(self, workers):
        self.left = workers
        self.changed = threading.Condition()

    def done(self):
        self.left -= 1
        with self.changed:
            if self.left == 0:
                self.changed.notify_all()

    def wait_all(self):
        with self.changed:
            while self.left > 0:
                self.changed.wait()
