"""02.3 Lock a medias / Half a lock"""

import threading


class Record:
    def __init__(self):
        self.points = 0
        self.player = None
        self._lock = threading.Lock()

    def submit(self, player, points):
        # Desde la lectura que decide hasta la última escritura.
        # From the read that decides to the last write.
        with self._lock:
            if points > self.points:
                self.points = points
                self.player = player
