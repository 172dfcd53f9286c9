"""Expected: proved

The characters are asked for once, under one hold of the lock.
"""

import threading


class StringBuffer:
    def __init__(self, text):
        self.lock = threading.Lock()
        self.text = text

    def length(self):
        with self.lock:
            return len(self.text)

    def characters(self, end):
        with self.lock:
            if end > len(self.text):
                raise IndexError("fewer characters than asked for")
            return self.text[:end]

    def delete(self):
        with self.lock:
            self.text = ""

    def append(self, other):
        with other.lock:
            tail = other.text
        with self.lock:
            self.text += tail


class State:
    def __init__(self):
        self.left = StringBuffer("abc")
        self.right = StringBuffer("xyz")


def append(state):
    state.left.append(state.right)


def delete(state):
    state.right.delete()


WORKERS = [append, delete]


def invariant(state):
    return state.left.text in ("abc", "abcxyz")
