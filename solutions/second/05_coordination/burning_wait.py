"""05.2 La espera que quema: con una condición / with a condition"""

import threading


class Result:
    def __init__(self):
        self.value = None
        self.ready = False
        self.changed = threading.Condition()

    def set(self, value):
        with self.changed:
            self.value = value
            self.ready = True
            self.changed.notify_all()

    def get(self):
        with self.changed:
            self.changed.wait_for(lambda: self.ready)
            return self.value
