import threading


class Record:
    def __init__(self):
        self.points = 0
        self.player = None
        self._lock = threading.Lock()
        self._locks = {}

    def submit(self, player, points):
        with self._lock:
            lock = self._locks.setdefault(player, threading.Lock())
        with lock:
            if points > self.points:
                self.points = points
                self.player = player
