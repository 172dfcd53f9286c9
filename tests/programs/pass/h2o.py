"""Expected: proved

Whoever completes the molecule calls all three.
"""

import threading


class State:
    def __init__(self):
        self.mutex = threading.Lock()
        self.oxygens = 0
        self.hydrogens = 0
        self.oxygen_queue = threading.Semaphore(0)
        self.hydrogen_queue = threading.Semaphore(0)
        self.bonds = 0


def bond_if_complete(state):
    if state.oxygens >= 1 and state.hydrogens >= 2:
        state.oxygens -= 1
        state.hydrogens -= 2
        state.hydrogen_queue.release(2)
        state.oxygen_queue.release()
        state.bonds += 1


def oxygen(state):
    with state.mutex:
        state.oxygens += 1
        bond_if_complete(state)
        alone = state.bonds == 0
    if alone:
        state.oxygen_queue.acquire()


def hydrogen(state):
    with state.mutex:
        state.hydrogens += 1
        bond_if_complete(state)
    state.hydrogen_queue.acquire()


WORKERS = [oxygen, hydrogen, hydrogen]


def invariant(state):
    return state.bonds == 1
