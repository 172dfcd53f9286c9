import threading


class Record:
    def __init__(self):
        self.points = 0
        self.player = None
        self._lock = threading.Lock()

    def submit(self, player, points):
        best = max((self.points, self.player or ""), (points, player))
        with self._lock:
            self.points, self.player = best
