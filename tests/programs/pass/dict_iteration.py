"""Expected: proved

The walk goes over a copy made in one step.
"""


class State:
    def __init__(self):
        self.scores = {"ana": 1, "luis": 2}
        self.sum = 0


def add(state):
    state.scores["eva"] = 3


def total(state):
    for name in list(state.scores):
        state.sum += state.scores[name]


WORKERS = [add, total]


def invariant(state):
    return state.sum in (3, 6)
