class State:
    def __init__(self):
        self.visits = 0


def visit(state):
    state.visits += 1


WORKERS = [visit] * 4


def invariant(state):
    return state.visits == 4
