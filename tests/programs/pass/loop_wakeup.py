"""Expected: proved

An event loop clears its wake-up before it looks at what other threads have asked for.
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
        state.wakeup.clear()
        while state.asked:
            job = state.asked.popleft()
            if job is None:
                state.is_running = False
            else:
                state.served.append(job)


def caller(state):
    for job in ("greet", None):
        state.asked.append(job)
        state.wakeup.set()


WORKERS = [loop, caller]


def invariant(state):
    return state.served == ["greet"]
