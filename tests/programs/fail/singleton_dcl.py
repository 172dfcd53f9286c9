"""Expected: exception

Double-checked creation that publishes the object before it is complete.
"""

import threading


class Config:
    pass


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.instance = None
        self.seen = []


def get(state):
    if state.instance is None:
        with state.lock:
            if state.instance is None:
                config = Config()
                state.instance = config
                config.port = 8000
    return state.instance


def use(state):
    state.seen.append(get(state).port)


WORKERS = [use, use]


def invariant(state):
    return state.seen == [8000, 8000]
