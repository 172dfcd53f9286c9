import threading


class Store:
    def __init__(self, shelves, announce):
        self.shelves = dict(shelves)
        self._announce = announce
        self._lock = threading.RLock()

    def put(self, shelf, units):
        with self._lock:
            self.shelves[shelf] += units
            self._announce(sum(self.shelves.values()))

    def take(self, shelf, units):
        with self._lock:
            self.shelves[shelf] -= units
            self._announce(sum(self.shelves.values()))

    def move(self, origin, target, units):
        with self._lock:
            self.take(origin, units)
            self.put(target, units)

    def look(self):
        with self._lock:
            return dict(self.shelves)
