"""Expected: invariant

SCTBench Chess StateWorkStealQueue: each task carries a state; looking whether it is ready and marking it taken are
two steps.
"""

import threading


class Task:
    def __init__(self, name):
        self.name = name
        self.lock = threading.Lock()
        self.state = "ready"
        self.runs = 0


class State:
    def __init__(self):
        self.tasks = [Task("a"), Task("b")]


def claim(task):
    if task.state == "ready":
        task.state = "taken"
        return True
    return False


def own(state):
    for task in reversed(state.tasks):
        if claim(task):
            task.runs += 1


def steal(state):
    for task in state.tasks:
        if claim(task):
            task.runs += 1


WORKERS = [own, steal]


def invariant(state):
    return [task.runs for task in state.tasks] == [1, 1]
