"""Expected: proved

The last philosopher takes the right fork first: forks are taken in one order, so there is no circle.
"""

import threading

SEATS = 4


class State:
    def __init__(self):
        self.forks = [threading.Lock() for _ in range(SEATS)]
        self.meals = [0] * SEATS


def philosopher(seat):
    left, right = sorted((seat, (seat + 1) % SEATS))

    def dine(state):
        with state.forks[left]:
            with state.forks[right]:
                state.meals[seat] += 1

    return dine


WORKERS = [philosopher(seat) for seat in range(SEATS)]


def invariant(state):
    return state.meals == [1] * SEATS
