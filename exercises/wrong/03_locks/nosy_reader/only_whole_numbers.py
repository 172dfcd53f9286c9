import threading


class Party:
    def __init__(self):
        self._guests = []
        self._lock = threading.Lock()

    def arrive(self, one, other):
        with self._lock:
            self._guests.append(one)
            self._guests.append(other)

    def leave(self, one, other):
        with self._lock:
            self._guests.remove(one)
            self._guests.remove(other)

    def guests(self):
        copy = list(self._guests)
        return copy if len(copy) % 2 == 0 else copy[:-1]
