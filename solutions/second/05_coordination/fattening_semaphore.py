"""05.7 El semáforo que engorda: contado a mano / counted by hand"""

import threading


class Pool:
    def __init__(self, size):
        self.free = size
        self.changed = threading.Condition()

    def use(self, work):
        with self.changed:
            self.changed.wait_for(lambda: self.free > 0)
            self.free -= 1
        try:
            return work()
        finally:
            with self.changed:
                self.free += 1
                self.changed.notify()
