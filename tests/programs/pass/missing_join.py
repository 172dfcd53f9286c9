"""Expected: proved

join first.
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
    thread.join()
    state.printed = state.result


WORKERS = [main]


def invariant(state):
    return state.printed == 42
