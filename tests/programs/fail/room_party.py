"""Expected: exception

Little Book of Semaphores, room party: the dean looks whether the room is empty and walks in without closing the door,
so a student is inside with him.
"""

import threading


class State:
    def __init__(self):
        self.mutex = threading.Lock()
        self.students = 0
        self.dean = "away"


def dean(state):
    with state.mutex:
        empty = state.students == 0
    if empty:
        state.dean = "searching"
        state.dean = "away"


def student(state):
    with state.mutex:
        state.students += 1
        assert state.dean != "searching", "the dean searches an occupied room"
    with state.mutex:
        state.students -= 1


WORKERS = [dean, student, student]


def invariant(state):
    return state.students == 0
