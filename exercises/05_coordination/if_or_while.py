"""05.4 Si o mientras / If or while

Un buzón con sitio para unas cuantas cosas: put() espera si está lleno y get() si
está vacío. A veces un consumidor despierta y ya no hay nada.

A box with room for a few things: put() waits while it is full and get() while it
is empty. Sometimes a consumer wakes up and there is nothing left.
"""

import threading


class Box:
    def __init__(self, capacity):
        self.capacity = capacity
        self.items = []
        self.changed = threading.Condition()

    def put(self, item):
        with self.changed:
            # TODO: entre el aviso y despertar de verdad puede pasar otro hilo
            # TODO: between the notification and really waking up another thread may come
            if len(self.items) == self.capacity:
                self.changed.wait()
            self.items.append(item)
            self.changed.notify_all()

    def get(self):
        with self.changed:
            # TODO
            if not self.items:
                self.changed.wait()
            item = self.items.pop(0)
            self.changed.notify_all()
            return item
