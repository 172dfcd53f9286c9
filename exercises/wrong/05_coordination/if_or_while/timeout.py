import threading


class Box:
    def __init__(self, capacity):
        self.capacity = capacity
        self.items = []
        self.changed = threading.Condition()

    def put(self, item):
        with self.changed:
            while len(self.items) == self.capacity:
                if not self.changed.wait(timeout=1):
                    break
            self.items.append(item)
            self.changed.notify_all()

    def get(self):
        with self.changed:
            while not self.items:
                if not self.changed.wait(timeout=1):
                    return None
            item = self.items.pop(0)
            self.changed.notify_all()
            return item
