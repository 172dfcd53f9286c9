"""05.5 Despertar al equivocado: despertarlos a todos / wake all of them"""

import threading


class Box:
    def __init__(self, capacity):
        self.capacity = capacity
        self.items = []
        self.changed = threading.Condition()

    def put(self, item):
        with self.changed:
            self.changed.wait_for(lambda: len(self.items) < self.capacity)
            self.items.append(item)
            # Quien no pueda seguir vuelve a dormirse: cuesta más, y es correcto.
            # Who cannot go on goes back to sleep: dearer, and correct.
            self.changed.notify_all()

    def get(self):
        with self.changed:
            self.changed.wait_for(lambda: self.items)
            item = self.items.pop(0)
            self.changed.notify_all()
            return item
