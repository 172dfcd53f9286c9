"""04.0 Provoca el abrazo mortal / Cause the deadly embrace

Dos hilos, a y b; una letra por paso: tomar un lock es un paso y soltarlo es otro.
Escribe un orden que los deje esperándose para siempre, o "imposible", y entonces
cuál de las cuatro condiciones falta: exclusion, retencion, expropiacion, circulo.

Two threads, a and b; a letter a step: taking a lock is one, releasing it another.
Write an order that leaves them waiting for each other for ever, or "impossible", and
then which of the four conditions is missing: exclusion, hold, preemption, circle.
"""

import threading

# TODO: un orden o "imposible", y la condición que falta o "ninguna"
# TODO: an order or "impossible", and the condition that is missing or "none"
ONE = ""  # a: fork_first, b: knife_first, table()
ONE_LACKS = ""
TWO = ""  # a: fork_first, b: fork_first, table()
TWO_LACKS = ""
THREE = ""  # a: fork_first, b: knife_politely, table()
THREE_LACKS = ""
FOUR = ""  # a: fork_first, b: knife_first, rich_table()
FOUR_LACKS = ""


def table():
    return threading.Lock(), threading.Lock()


def rich_table():
    return threading.Semaphore(2), threading.Semaphore(2)


def fork_first(table):
    fork, knife = table
    with fork, knife:
        pass


def knife_first(table):
    fork, knife = table
    with knife, fork:
        pass


def knife_politely(table):
    fork, knife = table
    with knife:
        if fork.acquire(blocking=False):
            fork.release()
