"""Expected: exception

One thread walks a dictionary while another adds to it: 'dictionary changed size during iteration'.
"""


class State:
    def __init__(self):
        self.scores = {"ana": 1, "luis": 2}
        self.sum = 0


def add(state):
    state.scores["eva"] = 3


def total(state):
    for name in state.scores:
        state.sum += state.scores[name]


WORKERS = [add, total]


def invariant(state):
    return state.sum in (3, 6)
