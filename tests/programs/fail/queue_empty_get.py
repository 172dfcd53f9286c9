"""Expected: deadlock

'if not q.empty(): q.get()': two takers see the last element and one of them waits for ever.
"""

import queue


class State:
    def __init__(self):
        self.jobs = queue.Queue()
        self.jobs.put("job")
        self.done = 0


def take(state):
    if not state.jobs.empty():
        state.jobs.get()
        state.done += 1


WORKERS = [take, take]


def invariant(state):
    return state.done == 1
