"""Expected: proved

The last to board tells the car.
"""

import threading

SEATS = 2


class State:
    def __init__(self):
        self.mutex = threading.Lock()
        self.seats = threading.Semaphore(0)
        self.all_aboard = threading.Semaphore(0)
        self.aboard = 0
        self.rides = 0


def car(state):
    state.seats.release(SEATS)
    state.all_aboard.acquire()
    with state.mutex:
        assert state.aboard == SEATS, "the car left too early"
        state.rides += 1


def passenger(state):
    state.seats.acquire()
    with state.mutex:
        state.aboard += 1
        if state.aboard == SEATS:
            state.all_aboard.release()


WORKERS = [car] + [passenger] * SEATS


def invariant(state):
    return state.rides == 1
