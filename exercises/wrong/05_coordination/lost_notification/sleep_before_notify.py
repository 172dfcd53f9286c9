import threading
import time


class Finish:
    def __init__(self, workers):
        self.left = workers
        self.changed = threading.Condition()

    def done(self):
        time.sleep(0.5)
        with self.changed:
            self.left -= 1
            if self.left == 0:
                self.changed.notify_all()

    def wait_all(self):
        with self.changed:
            self.changed.wait()
