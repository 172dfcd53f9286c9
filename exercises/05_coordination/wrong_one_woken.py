"""05.5 Despertar al equivocado / Waking the wrong one

El mismo buzón, ahora con while. Y aun así, a veces se paran todos: hay sitio, hay
quien espera, y nadie despierta a quien podría seguir.

The same box, with while now. And still all of them sometimes stop: there is room,
there is somebody waiting, and nobody wakes the one who could go on.
"""

import threading


class Box:
    def __init__(self, capacity):
        self.capacity = capacity
        self.items = []
        self.changed = threading.Condition()

    def put(self, item):
        with self.changed:
            while len(self.items) == self.capacity:
                self.changed.wait()
            self.items.append(item)
            # TODO: ¿a quién despierta este aviso, si esperan los dos tipos?
            # TODO: whom does this wake, when both kinds are waiting?
            self.changed.notify()

    def get(self):
        with self.changed:
            while not self.items:
                self.changed.wait()
            item = self.items.pop(0)
            # TODO
            self.changed.notify()
            return item
