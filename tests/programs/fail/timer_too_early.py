"""Expected: exception

A timer fires whenever it likes: here before what it uses is there.
"""

import threading


class State:
    def __init__(self):
        self.session = None
        self.expired = False


def serve(state):
    def expire():
        assert state.session is not None
        state.expired = True

    timer = threading.Timer(0.5, expire)
    timer.start()
    state.session = "ana"
    timer.join()


WORKERS = [serve]


def invariant(state):
    return state.expired
