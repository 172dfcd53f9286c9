"""02.3 Lock a medias: mirar dos veces / look twice"""

import threading


class Record:
    def __init__(self):
        self.points = 0
        self.player = None
        self._lock = threading.Lock()

    def submit(self, player, points):
        # Sin lock solo se descarta: el récord no baja nunca, así que un «no» vale para siempre.
        # Without the lock one only gives up: the record never goes down, so that a "no" is for good.
        if points <= self.points:
            return
        with self._lock:
            # Un «sí» hay que volver a preguntarlo con el lock.
            # A "yes" has to be asked again with the lock.
            if points > self.points:
                self.points = points
                self.player = player
