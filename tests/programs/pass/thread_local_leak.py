"""Expected: proved

threading.local keeps one for each thread.
"""

import threading


class State:
    def __init__(self):
        self.context = threading.local()
        self.greeted = []


def handle(user):
    def request(state):
        state.context.user = user
        state.greeted.append((user, state.context.user))

    return request


WORKERS = [handle("ana"), handle("luis")]


def invariant(state):
    return all(asked == greeted for asked, greeted in state.greeted)
