"""Expected: deadlock

Little Book of Semaphores, cigarette smokers: each smoker takes its first ingredient and waits for the second, though
the first was meant for the other smoker.
"""

import threading

DEALS = [{"tobacco", "paper"}, {"tobacco", "matches"}]


class State:
    def __init__(self):
        self.table = threading.Condition()
        self.on_table = set()
        self.deal = threading.Semaphore(1)
        self.ingredients = {name: threading.Semaphore(0) for name in ("tobacco", "paper", "matches")}
        self.smoked = []


def agent(state):
    for ingredients in DEALS:
        state.deal.acquire()
        for name in sorted(ingredients):
            state.ingredients[name].release()


def smoker(own, first, second):
    def smoke(state):
        state.ingredients[first].acquire()
        state.ingredients[second].acquire()
        state.smoked.append(own)
        state.deal.release()

    return smoke


WORKERS = [agent, smoker("matches", "tobacco", "paper"), smoker("paper", "tobacco", "matches")]


def invariant(state):
    return state.smoked == ["matches", "paper"]
