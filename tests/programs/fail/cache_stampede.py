"""Expected: invariant

A cached function is called by two threads before it has an answer: each computes one of its own.
"""

import functools
import threading

opened = []
lock = threading.Lock()


@functools.lru_cache
def connection(name):
    return [name]


def setup():
    opened.clear()


def use(_state):
    opened.append(connection("db"))


WORKERS = [use, use]


def invariant(_state):
    return opened[0] is opened[1]
