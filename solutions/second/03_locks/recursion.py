"""03.4 Recursión: una sola puerta / a single door"""

import threading


class Store:
    def __init__(self, shelves, announce):
        self.shelves = dict(shelves)
        self._announce = announce
        self._lock = threading.Lock()

    def _apply(self, **changes):
        # El único sitio que toma el lock: un cambio es una lista de diferencias.
        # The only place that takes the lock: a change is a list of differences.
        with self._lock:
            for shelf, units in changes.items():
                self.shelves[shelf] += units
            self._announce(sum(self.shelves.values()))

    def put(self, shelf, units):
        self._apply(**{shelf: units})

    def take(self, shelf, units):
        self._apply(**{shelf: -units})

    def move(self, origin, target, units):
        if origin != target:
            self._apply(**{origin: -units, target: units})
        else:
            self._apply(**{origin: 0})

    def look(self):
        with self._lock:
            return dict(self.shelves)
