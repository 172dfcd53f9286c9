"""Expected: invariant

The result is read before the thread that computes it has been joined.
"""

import threading


class State:
    def __init__(self):
        self.result = None
        self.printed = "nothing"


def main(state):
    def compute():
        state.result = 42

    thread = threading.Thread(target=compute)
    thread.start()
    state.printed = state.result
    thread.join()


WORKERS = [main]


def invariant(state):
    return state.printed == 42
