import queue

OVERTAKEN = 8


class Agenda:
    def __init__(self):
        self._jobs = queue.Queue()

    def put(self, priority, job):
        self._jobs.put(job)

    def get(self):
        return self._jobs.get()
