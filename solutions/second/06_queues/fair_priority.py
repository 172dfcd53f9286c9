"""06.6 Prioridad justa: contar adelantos / counting who overtakes"""

import threading

OVERTAKEN = 8


class Agenda:
    def __init__(self):
        self._lock = threading.Lock()
        self._there = threading.Semaphore(0)  # tantos permisos como trabajos / as many permits as jobs
        self._waiting = []  # [prioridad, adelantos, trabajo] por llegada / [priority, overtakings, job] by arrival

    def put(self, priority, job):
        with self._lock:
            self._waiting.append([priority, 0, job])
        self._there.release()

    def get(self):
        self._there.acquire()
        with self._lock:
            # Si alguno no aguanta más adelantos, va el más viejo de ellos.
            # If one can take no more overtaking, the oldest of those is next.
            tired = [entry for entry in self._waiting if entry[1] >= OVERTAKEN]
            chosen = tired[0] if tired else min(self._waiting, key=lambda entry: entry[0])
            for older in self._waiting[: self._waiting.index(chosen)]:
                older[1] += 1
            self._waiting.remove(chosen)
            return chosen[2]
