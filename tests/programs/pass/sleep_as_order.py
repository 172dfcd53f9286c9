"""Expected: proved

An event says when it is done.
"""

import threading
import time


class State:
    def __init__(self):
        self.written = threading.Event()
        self.text = ""
        self.read = None


def write(state):
    time.sleep(0.1)
    state.text = "hello"
    state.written.set()


def read(state):
    state.written.wait()
    state.read = state.text


WORKERS = [write, read]


def invariant(state):
    return state.read == "hello"
