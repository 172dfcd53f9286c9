"""Expected: proved

The first of a direction takes the rope for it, the last gives it back.
"""

import threading


class State:
    def __init__(self):
        self.rope = threading.Semaphore(1)
        self.mutex = {"east": threading.Lock(), "west": threading.Lock()}
        self.limit = threading.Semaphore(2)
        self.count = {"east": 0, "west": 0}
        self.on_rope = []


def cross(direction):
    def go(state):
        with state.limit:
            with state.mutex[direction]:
                state.count[direction] += 1
                if state.count[direction] == 1:
                    state.rope.acquire()
            state.on_rope.append(direction)
            assert len(set(state.on_rope)) == 1, "they meet on the rope"
            state.on_rope.remove(direction)
            with state.mutex[direction]:
                state.count[direction] -= 1
                if state.count[direction] == 0:
                    state.rope.release()

    return go


WORKERS = [cross("east"), cross("west")]


def invariant(state):
    return state.on_rope == []
