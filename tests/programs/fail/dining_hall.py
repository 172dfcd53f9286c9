"""Expected: invariant

Little Book of Semaphores, dining hall: nobody may sit alone, so two leave together. A student looks whether the other
is ready after giving the mutex back; both may believe that they are last, and both clear the table.
"""

import threading


class State:
    def __init__(self):
        self.mutex = threading.Lock()
        self.may_leave = threading.Semaphore(0)
        self.ready = 0
        self.eating = 2


def leave(state):
    with state.mutex:
        state.ready += 1
    together = state.ready == 2
    if together:
        with state.mutex:
            state.eating -= 2
        state.may_leave.release()
    else:
        state.may_leave.acquire()


WORKERS = [leave, leave]


def invariant(state):
    return state.eating == 0
