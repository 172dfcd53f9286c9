"""Expected: proved

A smoker takes both ingredients in one step, and only where both are its own.
"""

import threading

DEALS = [{"tobacco", "paper"}, {"tobacco", "matches"}]


class State:
    def __init__(self):
        self.table = threading.Condition()
        self.on_table = set()
        self.deal = threading.Semaphore(1)
        self.smoked = []


def agent(state):
    for ingredients in DEALS:
        state.deal.acquire()
        with state.table:
            state.on_table = set(ingredients)
            state.table.notify_all()


def smoker(own, first, second):
    def smoke(state):
        with state.table:
            while state.on_table != {first, second}:
                state.table.wait()
            state.on_table = set()
        state.smoked.append(own)
        state.deal.release()

    return smoke


WORKERS = [agent, smoker("matches", "tobacco", "paper"), smoker("paper", "tobacco", "matches")]


def invariant(state):
    return state.smoked == ["matches", "paper"]
