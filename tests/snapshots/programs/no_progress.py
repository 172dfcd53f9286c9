class State:
    def __init__(self):
        self.flag = False


def wait_for_flag(state):
    while not state.flag:
        pass


def forget(state):
    return state.flag


WORKERS = [wait_for_flag, forget]
