"""Expected: proved

The leader holds the floor until its follower has danced.
"""

import threading


class State:
    def __init__(self):
        self.floor = threading.Lock()
        self.leaders = threading.Semaphore(0)
        self.followers = threading.Semaphore(0)
        self.finished = threading.Semaphore(0)
        self.dance = []


def leader(name):
    def lead(state):
        with state.floor:
            state.leaders.release()
            state.followers.acquire()
            state.dance.append(name)
            state.finished.acquire()

    return lead


def follow(state):
    state.followers.release()
    state.leaders.acquire()
    state.dance.append("f")
    state.finished.release()


WORKERS = [leader("l"), leader("l"), follow, follow]


def invariant(state):
    pairs = [set(state.dance[:2]), set(state.dance[2:])]
    return pairs == [{"l", "f"}, {"l", "f"}]
