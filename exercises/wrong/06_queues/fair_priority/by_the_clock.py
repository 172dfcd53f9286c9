import queue
import time

OVERTAKEN = 8


class Agenda:
    def __init__(self):
        self._jobs = queue.PriorityQueue()

    def put(self, priority, job):
        self._jobs.put((priority, time.time(), job))

    def get(self):
        return self._jobs.get()[2]
