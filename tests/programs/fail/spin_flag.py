"""Expected: no progress

A thread spins on a flag that the other sets only after the spinner's own answer: both spin for ever.
"""

import threading


class State:
    def __init__(self):
        self.ping = False
        self.pong = False
        self.pinged = threading.Event()
        self.ponged = threading.Event()
        self.answers = 0


def ask(state):
    while not state.pong:
        pass
    state.ping = True


def answer(state):
    while not state.ping:
        pass
    state.pong = True
    state.answers += 1


WORKERS = [ask, answer]


def invariant(state):
    return state.answers == 1
