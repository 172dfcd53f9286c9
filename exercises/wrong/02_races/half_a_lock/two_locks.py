import threading


class Record:
    def __init__(self):
        self.points = 0
        self.player = None
        self._lock = threading.Lock()
        self._reading = threading.Lock()

    def submit(self, player, points):
        with self._reading:
            best = self.points
        if points > best:
            with self._lock:
                self.points = points
                self.player = player
