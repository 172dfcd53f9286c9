"""Expected: proved

A cached function is called by one thread at a time.
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
    with lock:
        opened.append(connection("db"))


WORKERS = [use, use]


def invariant(_state):
    return opened[0] is opened[1]
