import threading


class Record:
    def __init__(self):
        self.points = 0
        self.player = None
        self._lock = threading.Lock()

    def submit(self, player, points):
        with self._lock:
            better = points > self.points
        if better:
            with self._lock:
                self.points = points
                self.player = player
