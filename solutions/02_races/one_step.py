"""02.2 Nada es un solo paso / Nothing is one step"""

import threading


class Election:
    def __init__(self):
        self.votes = {}
        self.queue = []
        self._lock = threading.Lock()

    def vote(self, name):
        # Leer la cuenta y escribirla: un solo acto.
        # Read the count and write it: a single act.
        with self._lock:
            self.votes[name] = self.votes.get(name, 0) + 1

    def take_number(self, person):
        # Y lo mismo con mirar cuántos hay y apuntarse.
        # And the same for looking how many there are and joining them.
        with self._lock:
            number = len(self.queue)
            self.queue.append(person)
            return number
