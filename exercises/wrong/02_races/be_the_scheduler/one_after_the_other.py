import threading

ONE = "aabb"
TWO = "abbabaab"
THREE = "imposible"
FOUR = "imposible"


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
