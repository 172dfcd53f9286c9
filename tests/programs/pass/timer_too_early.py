"""Expected: proved

The timer is started when everything is ready.
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
    state.session = "ana"
    timer.start()
    timer.join()


WORKERS = [serve]


def invariant(state):
    return state.expired
