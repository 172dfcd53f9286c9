"""Expected: proved

The judge waits until everybody who entered has checked in.
"""

import threading


class State:
    def __init__(self):
        self.mutex = threading.Lock()
        self.no_judge = threading.Lock()
        self.all_signed_in = threading.Condition(self.mutex)
        self.entered = 0
        self.checked = 0
        self.confirmed = None


def immigrant(state):
    with state.no_judge:
        with state.mutex:
            state.entered += 1
    with state.mutex:
        state.checked += 1
        state.all_signed_in.notify()


def judge(state):
    with state.no_judge:
        with state.mutex:
            while state.checked < state.entered:
                state.all_signed_in.wait()
            assert state.checked == state.entered, "somebody is still in the queue"
            state.confirmed = state.checked


WORKERS = [immigrant, immigrant, judge]


def invariant(state):
    return state.confirmed is not None
