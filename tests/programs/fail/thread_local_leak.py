"""Expected: invariant

A request's user is kept in a plain attribute that all threads share.
"""

import threading


class Plain:
    pass


class State:
    def __init__(self):
        self.context = Plain()
        self.greeted = []


def handle(user):
    def request(state):
        state.context.user = user
        state.greeted.append((user, state.context.user))

    return request


WORKERS = [handle("ana"), handle("luis")]


def invariant(state):
    return all(asked == greeted for asked, greeted in state.greeted)
