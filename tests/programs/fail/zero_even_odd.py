"""Expected: deadlock

Zeros, odd and even numbers in turn, three threads on one condition: notify may wake the one whose turn it is not.
"""

import threading

LAST = 3


class State:
    def __init__(self):
        self.changed = threading.Condition()
        self.turn = 0
        self.written = []


def zero(state):
    for number in range(1, LAST + 1):
        with state.changed:
            while state.turn != 0:
                state.changed.wait()
            state.written.append(0)
            state.turn = number
            state.changed.notify()


def write_every_other(state, first):
    for number in range(first, LAST + 1, 2):
        with state.changed:
            while state.turn != number:
                state.changed.wait()
            state.written.append(number)
            state.turn = 0
            state.changed.notify()


def odd(state):
    write_every_other(state, 1)


def even(state):
    write_every_other(state, 2)


WORKERS = [zero, even, odd]


def invariant(state):
    return state.written == [0, 1, 0, 2, 0, 3]
