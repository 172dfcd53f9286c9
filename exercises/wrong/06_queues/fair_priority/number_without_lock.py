import queue

OVERTAKEN = 8


class Agenda:
    def __init__(self):
        self._jobs = queue.PriorityQueue()
        self._number = 0

    def put(self, priority, job):
        self._number += 1
        self._jobs.put((self._number + priority * 4, self._number, job))

    def get(self):
        return self._jobs.get()[2]
