class State:
    def __init__(self):
        self.connection = None


def connect(state):
    state.connection = "open"


def use(state):
    return state.connection.upper()


WORKERS = [use, connect]
