"""Expected: invariant

A kernel in the manner of SCTBench SPLASH2 barnes: two threads insert bodies in one tree; the test for an empty cell
is made without the cell's lock.
"""

import threading


class Cell:
    def __init__(self):
        self.lock = threading.Lock()
        self.body = None
        self.others = []


class State:
    def __init__(self):
        self.root = Cell()


def insert(cell, body):
    if cell.body is None:
        with cell.lock:
            cell.body = body
    else:
        with cell.lock:
            cell.others.append(body)


def insert_sun(state):
    insert(state.root, "sun")


def insert_moon(state):
    insert(state.root, "moon")


WORKERS = [insert_sun, insert_moon]


def invariant(state):
    return sorted([state.root.body, *state.root.others]) == ["moon", "sun"]
