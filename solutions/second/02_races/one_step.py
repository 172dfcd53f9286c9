"""02.2 Nada es un solo paso: un lock por dato / a lock for each piece of data"""

import threading


class Election:
    def __init__(self):
        self.votes = {}
        self.queue = []
        # Votos y turnos no tienen nada que ver: que no se esperen.
        # Votes and turns have nothing to do with each other: let them not wait.
        self._counting = threading.Lock()
        self._queueing = threading.Lock()

    def vote(self, name):
        with self._counting:
            self.votes.setdefault(name, 0)
            self.votes[name] += 1

    def take_number(self, person):
        with self._queueing:
            self.queue.append(person)
            return len(self.queue) - 1
