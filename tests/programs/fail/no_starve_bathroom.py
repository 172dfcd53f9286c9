"""Expected: deadlock

Little Book of Semaphores, no-starve unisex bathroom: a man keeps the turnstile while he waits for the bathroom, and
the women inside need it to leave.
"""

import threading


class State:
    def __init__(self):
        self.empty = threading.Semaphore(1)
        self.turnstile = threading.Lock()
        self.women = 0
        self.mutex = threading.Lock()
        self.visits = 0


def woman(state):
    with state.turnstile:
        with state.mutex:
            state.women += 1
            if state.women == 1:
                state.empty.acquire()
    with state.turnstile:
        with state.mutex:
            state.women -= 1
            state.visits += 1
            if state.women == 0:
                state.empty.release()


def man(state):
    with state.turnstile:
        state.empty.acquire()
    state.visits += 1
    state.empty.release()


WORKERS = [woman, woman, man]


def invariant(state):
    return state.visits == 3
