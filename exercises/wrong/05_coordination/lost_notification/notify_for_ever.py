import threading


class Finish:
    def __init__(self, workers):
        self.left = workers
        self.changed = threading.Condition()
        self.heard = False

    def done(self):
        with self.changed:
            self.left -= 1
            last = self.left == 0
        while last and not self.heard:
            with self.changed:
                self.changed.notify_all()

    def wait_all(self):
        with self.changed:
            self.changed.wait()
            self.heard = True
