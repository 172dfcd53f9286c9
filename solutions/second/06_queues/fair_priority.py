"""06.6 Prioridad justa: contar adelantos / counting who overtakes"""

import threading

OVERTAKEN = 8


class Agenda:
    def __init__(self):
        self._changed = threading.Condition()
        self._waiting = []  # [prioridad, adelantos, trabajo] por llegada / [priority, overtakings, job] by arrival

    def put(self, priority, job):
        with self._changed:
            self._waiting.append([priority, 0, job])
            self._changed.notify()

    def get(self):
        with self._changed:
            while not self._waiting:
                self._changed.wait()
            # Si alguno no aguanta más adelantos, va el más viejo de ellos.
            # If one can take no more overtaking, the oldest of those is next.
            tired = [entry for entry in self._waiting if entry[1] >= OVERTAKEN]
            chosen = tired[0] if tired else min(self._waiting, key=lambda entry: entry[0])
            for older in self._waiting[: self._waiting.index(chosen)]:
                older[1] += 1
            self._waiting.remove(chosen)
            return chosen[2]
