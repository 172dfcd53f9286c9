import itertools
import queue

OVERTAKEN = 8


class Agenda:
    def __init__(self):
        self._jobs = queue.PriorityQueue()
        self._numbers = itertools.count()

    def put(self, priority, job):
        self._jobs.put((priority, next(self._numbers), job))

    def get(self):
        return self._jobs.get()[2]
