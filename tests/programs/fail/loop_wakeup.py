"""Expected: deadlock

An event loop serves what other threads have asked for, and clears its wake-up afterwards: with it, one that came late.
"""

import threading
from collections import deque


class State:
    def __init__(self):
        self.asked = deque()
        self.wakeup = threading.Event()
        self.is_running = True
        self.served = []


def loop(state):
    while state.is_running:
        state.wakeup.wait()
        while state.asked:
            job = state.asked.popleft()
            if job is None:
                state.is_running = False
            else:
                state.served.append(job)
        state.wakeup.clear()


def caller(state):
    for job in ("greet", None):
        state.asked.append(job)
        state.wakeup.set()


WORKERS = [loop, caller]


def invariant(state):
    return state.served == ["greet"]
