"""02.0 Sé el planificador: otro orden para cada una / another order for each"""

import threading

ONE = "baab"
TWO = "baababba"
THREE = "impossible"
FOUR = "impossible"


class Counter:
    def __init__(self):
        self.total = 0
        self.lock = threading.Lock()


def add_once(counter):
    counter.total += 1


def add_twice(counter):
    counter.total += 1
    counter.total += 1


def add_safely(counter):
    with counter.lock:
        counter.total += 1
