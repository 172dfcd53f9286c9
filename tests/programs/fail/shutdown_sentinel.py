"""Expected: deadlock

One end marker for two consumers: the second waits for one of its own.
"""

import queue


class State:
    def __init__(self):
        self.jobs = queue.Queue()
        self.ended = 0


def produce(state):
    state.jobs.put("job")
    state.jobs.put(None)


def consume(state):
    while state.jobs.get() is not None:
        pass


WORKERS = [produce, consume, consume]


def invariant(state):
    return state.jobs.qsize() <= 1
