"""Expected: invariant

A lazy property computes and stores in two steps: two readers get two objects, one of which nobody else knows.
"""

import threading


class Service:
    def __init__(self):
        self.lock = threading.Lock()
        self._session = None

    @property
    def session(self):
        if self._session is None:
            self._session = object()
        return self._session


class State:
    def __init__(self):
        self.service = Service()
        self.seen = []


def use(state):
    state.seen.append(state.service.session)


WORKERS = [use, use]


def invariant(state):
    return state.seen[0] is state.seen[1]
