"""03.4 Recursión / Recursion"""

import threading


class Store:
    def __init__(self, shelves, announce):
        self.shelves = dict(shelves)
        self._announce = announce
        self._lock = threading.Lock()

    def _change(self, shelf, units):
        """Con el lock tomado / Holding the lock"""
        self.shelves[shelf] += units

    def _announce_total(self):
        """Con el lock tomado y todo en su sitio / Holding the lock and everything in its place"""
        self._announce(sum(self.shelves.values()))

    def put(self, shelf, units):
        with self._lock:
            self._change(shelf, units)
            self._announce_total()

    def take(self, shelf, units):
        with self._lock:
            self._change(shelf, -units)
            self._announce_total()

    def move(self, origin, target, units):
        # Los públicos toman el lock; los privados cuentan con que ya lo tienen.
        # The public ones take the lock; the private ones count on its being held.
        with self._lock:
            self._change(origin, -units)
            self._change(target, units)
            self._announce_total()

    def look(self):
        with self._lock:
            return dict(self.shelves)
