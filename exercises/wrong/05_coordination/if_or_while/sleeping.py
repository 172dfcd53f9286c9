import threading
import time


class Box:
    def __init__(self, capacity):
        self.capacity = capacity
        self.items = []
        self.changed = threading.Condition()

    def put(self, item):
        with self.changed:
            if len(self.items) == self.capacity:
                self.changed.wait()
                time.sleep(0.1)
            self.items.append(item)
            self.changed.notify_all()

    def get(self):
        with self.changed:
            if not self.items:
                self.changed.wait()
                time.sleep(0.1)
            item = self.items.pop(0)
            self.changed.notify_all()
            return item
