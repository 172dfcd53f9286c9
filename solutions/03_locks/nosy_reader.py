"""03.3 El lector curioso / The nosy reader"""

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
        # El mismo lock que quien escribe, y una copia: lo de dentro no sale.
        # The same lock as the writers, and a copy: what is inside stays inside.
        with self._lock:
            return list(self._guests)
