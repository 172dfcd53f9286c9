"""02.3 Lock a medias / Half a lock

Dos jugadores envían su puntuación a la vez y el récord puede quedar en la menor
de las dos. Y eso que hay un lock.

Two players submit their scores at once and the record can end up as the lower of
the two. And that although there is a lock.
"""

import threading


class Record:
    def __init__(self):
        self.points = 0
        self.player = None
        self._lock = threading.Lock()

    def submit(self, player, points):
        # TODO: el lock protege la escritura; ¿y la pregunta?
        # TODO: the lock guards the write; and the question?
        if points > self.points:
            with self._lock:
                self.points = points
                self.player = player
