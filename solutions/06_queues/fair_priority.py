"""06.6 Prioridad justa / Fair priority"""

import itertools
import queue

OVERTAKEN = 8


class Agenda:
    def __init__(self):
        self._jobs = queue.PriorityQueue()
        self._numbers = itertools.count()

    def put(self, priority, job):
        # Cada nivel vale unas cuantas llegadas: el que espera gana con el tiempo a los
        # nuevos. El número, único, desempata antes de que se comparen los trabajos.
        # Each level is worth some arrivals: who waits wins over the new ones in time.
        # The number, which is unique, breaks ties before the jobs are compared.
        number = next(self._numbers)
        self._jobs.put((number + priority * (OVERTAKEN // 2), number, job))

    def get(self):
        return self._jobs.get()[2]
