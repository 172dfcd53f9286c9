"""Expected: proved

Both neighbours are tested.
"""

import threading

SEATS = 3


class State:
    def __init__(self):
        self.mutex = threading.Lock()
        self.calls = [threading.Semaphore(0) for _ in range(SEATS)]
        self.mood = ["thinking"] * SEATS
        self.meals = 0


def test(state, seat):
    neighbours = state.mood[seat - 1], state.mood[(seat + 1) % SEATS]
    if state.mood[seat] == "hungry" and "eating" not in neighbours:
        state.mood[seat] = "eating"
        state.calls[seat].release()


def philosopher(seat):
    def dine(state):
        with state.mutex:
            state.mood[seat] = "hungry"
            test(state, seat)
        state.calls[seat].acquire()
        with state.mutex:
            state.mood[seat] = "thinking"
            state.meals += 1
            test(state, (seat + 1) % SEATS)
            test(state, seat - 1)

    return dine


WORKERS = [philosopher(seat) for seat in range(SEATS)]


def invariant(state):
    return state.meals == SEATS
