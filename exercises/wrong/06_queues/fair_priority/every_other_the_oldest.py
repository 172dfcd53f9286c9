import threading

OVERTAKEN = 8


class Agenda:
    def __init__(self):
        self._changed = threading.Condition()
        self._waiting = []
        self._turn = 0

    def put(self, priority, job):
        with self._changed:
            self._waiting.append((priority, job))
            self._changed.notify()

    def get(self):
        with self._changed:
            while not self._waiting:
                self._changed.wait()
            self._turn += 1
            chosen = self._waiting[0] if self._turn % 2 else min(self._waiting, key=lambda entry: entry[0])
            self._waiting.remove(chosen)
            return chosen[1]
