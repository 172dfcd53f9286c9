"""Expected: proved

Testing and filling the cell is one step.
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
    with cell.lock:
        if cell.body is None:
            cell.body = body
        else:
            cell.others.append(body)


def insert_sun(state):
    insert(state.root, "sun")


def insert_moon(state):
    insert(state.root, "moon")


WORKERS = [insert_sun, insert_moon]


def invariant(state):
    return sorted([state.root.body, *state.root.others]) == ["moon", "sun"]
