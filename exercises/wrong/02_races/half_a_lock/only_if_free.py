import threading


class Record:
    def __init__(self):
        self.points = 0
        self.player = None
        self._lock = threading.Lock()

    def submit(self, player, points):
        if not self._lock.acquire(blocking=False):
            return
        try:
            if points > self.points:
                self.points = points
                self.player = player
        finally:
            self._lock.release()
