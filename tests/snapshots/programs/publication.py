class State:
    def __init__(self):
        self.is_ready = False
        self.answer = 0
        self.seen = None


def publish(state):
    state.is_ready = True
    state.answer = 42


def read(state):
    if state.is_ready:
        state.seen = state.answer


WORKERS = [publish, read]


def invariant(state):
    return state.seen in (None, 42)
