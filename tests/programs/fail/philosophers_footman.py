"""Expected: deadlock

Little Book of Semaphores, philosophers with a footman: he lets as many to the table as there are forks.
"""

import threading

SEATS = 3


class State:
    def __init__(self):
        self.footman = threading.Semaphore(SEATS)
        self.forks = [threading.Semaphore(1) for _ in range(SEATS)]
        self.meals = [0] * SEATS


def philosopher(seat):
    def dine(state):
        with state.footman:
            with state.forks[seat]:
                with state.forks[(seat + 1) % SEATS]:
                    state.meals[seat] += 1

    return dine


WORKERS = [philosopher(seat) for seat in range(SEATS)]


def invariant(state):
    return state.meals == [1] * SEATS
