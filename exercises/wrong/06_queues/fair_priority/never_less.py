import queue

OVERTAKEN = 8


class Agenda:
    def __init__(self):
        self._jobs = queue.PriorityQueue()

    def put(self, priority, job):
        self._jobs.put(_Entry(priority, job))

    def get(self):
        return self._jobs.get().job


class _Entry:
    def __init__(self, priority, job):
        self.priority = priority
        self.job = job

    def __lt__(self, other):
        return self.priority < other.priority
