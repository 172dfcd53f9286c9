import queue


class State:
    def __init__(self):
        self.jobs = queue.Queue()
        self.jobs.put("only one")


def take(state):
    return state.jobs.get()


WORKERS = [take, take]
