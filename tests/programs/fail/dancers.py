"""Expected: invariant

Little Book of Semaphores, queue of dancers: leaders and followers pair up through two semaphores, but a pair that
starts does not keep the floor to itself.
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
        state.leaders.release()
        state.followers.acquire()
        state.dance.append(name)

    return lead


def follow(state):
    state.followers.release()
    state.leaders.acquire()
    state.dance.append("f")


WORKERS = [leader("l"), leader("l"), follow, follow]


def invariant(state):
    pairs = [set(state.dance[:2]), set(state.dance[2:])]
    return pairs == [{"l", "f"}, {"l", "f"}]
