"""Expected: proved

get_nowait, which asks and takes in one step.
"""

import queue


class State:
    def __init__(self):
        self.jobs = queue.Queue()
        self.jobs.put("job")
        self.done = 0


def take(state):
    try:
        state.jobs.get_nowait()
    except queue.Empty:
        return
    state.done += 1


WORKERS = [take, take]


def invariant(state):
    return state.done == 1
