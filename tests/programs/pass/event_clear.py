"""Expected: proved

Clear first, look afterwards.
"""

import threading


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.news = threading.Event()
        self.jobs = []
        self.done = 0


def submit_two(state):
    for _ in range(2):
        with state.lock:
            state.jobs.append("job")
        state.news.set()


def serve(state):
    while state.done < 2:
        state.news.wait()
        state.news.clear()
        with state.lock:
            state.done += len(state.jobs)
            state.jobs = []


WORKERS = [submit_two, serve]


def invariant(state):
    return state.done == 2
