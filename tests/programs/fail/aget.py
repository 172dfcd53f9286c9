"""Expected: invariant

SCTBench CB aget: a downloader notes its position and its sum in two steps; the interrupt handler saves both in
between, and the resumed download starts at the wrong place.
"""

import threading


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.position = 0
        self.total = 0
        self.saved = (0, 0)


def download(state):
    for _ in range(2):
        state.position += 10
        state.total += 10


def interrupt(state):
    state.saved = (state.position, state.total)


WORKERS = [download, interrupt]


def invariant(state):
    position, total = state.saved
    return position == total
