"""Expected: deadlock

SCTBench CS din_phil3_sat: three philosophers each take the left fork and then the right one; in one order each holds
a left fork and waits for ever.
"""

import threading

SEATS = 3


class State:
    def __init__(self):
        self.forks = [threading.Lock() for _ in range(SEATS)]
        self.meals = [0] * SEATS


def philosopher(seat):
    left, right = seat, (seat + 1) % SEATS

    def dine(state):
        with state.forks[left]:
            with state.forks[right]:
                state.meals[seat] += 1

    return dine


WORKERS = [philosopher(seat) for seat in range(SEATS)]


def invariant(state):
    return state.meals == [1] * SEATS
