"""03.4 Recursión / Recursion

Un método que toma el lock llama a otro que también lo toma. threading.Lock no
pregunta de quién es: el hilo se espera a sí mismo.

A method that takes the lock calls another one that takes it too. threading.Lock
does not ask whose it is: the thread waits for itself.
"""

import threading


class Store:
    def __init__(self, shelves, announce):
        self.shelves = dict(shelves)
        self._announce = announce  # announce(total), después de cada cambio / after each change
        self._lock = threading.Lock()

    def put(self, shelf, units):
        with self._lock:
            self.shelves[shelf] += units
            self._announce(sum(self.shelves.values()))

    def take(self, shelf, units):
        with self._lock:
            self.shelves[shelf] -= units
            self._announce(sum(self.shelves.values()))

    def move(self, origin, target, units):
        # TODO: ¿quién tiene el lock cuando take() lo pide?
        # TODO: who has the lock when take() asks for it?
        with self._lock:
            self.take(origin, units)
            self.put(target, units)

    def look(self):
        with self._lock:
            return dict(self.shelves)
