"""02.0 Sé el planificador / Be the scheduler

Dos hilos, a y b. Una letra por paso: «aabb» es «a lee, a escribe, b lee, b
escribe». Cada `total += 1` son dos pasos; tomar el lock es otro, y soltarlo, otro.

Two threads, a and b. A letter a step: "aabb" is "a reads, a writes, b reads, b
writes". Each `total += 1` is two steps; taking the lock is one, releasing it, another.
"""

import threading

# TODO: un orden, o "imposible" / an order, or "impossible"
ONE = ""  # a y b: add_once. total = 1
TWO = ""  # a y b: add_twice. total = 2
THREE = ""  # a y b: add_twice. total = 1
FOUR = ""  # a y b: add_safely. total = 1


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
