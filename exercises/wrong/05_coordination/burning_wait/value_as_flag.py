"""05.2: el valor como señal / the value as the flag."""

import threading


class Result:
    def __init__(self):
        self.value = None
        self.changed = threading.Condition()

    def set(self, value):
        with self.changed:
            self.value = value
            self.changed.notify_all()

    def get(self):
        with self.changed:
            self.changed.wait_for(lambda: self.value)
            return self.value
