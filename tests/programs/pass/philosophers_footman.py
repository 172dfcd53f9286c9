"""Expected: proved

He lets one fewer to the table.
"""

import threading

SEATS = 3


class State:
    def __init__(self):
        self.footman = threading.Semaphore(SEATS - 1)
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
