import threading
import time

OVERTAKEN = 8


class Agenda:
    def __init__(self):
        self._lock = threading.Lock()
        self._waiting = []

    def put(self, priority, job):
        with self._lock:
            self._waiting.append([priority, 0, job])

    def get(self):
        with self._lock:
            while not self._waiting:
                time.sleep(0.1)
            return self._take()

    def _take(self):
        tired = [entry for entry in self._waiting if entry[1] >= OVERTAKEN]
        chosen = tired[0] if tired else min(self._waiting, key=lambda entry: entry[0])
        for older in self._waiting[: self._waiting.index(chosen)]:
            older[1] += 1
        self._waiting.remove(chosen)
        return chosen[2]
