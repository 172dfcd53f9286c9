"""04.5 Se acabó el tiempo / Time's up

Espera cada lock un segundo como mucho. True si el dinero se movió; False si no dio
tiempo, y entonces no ha cambiado nada.

Each lock is waited for a second at most. True if the money was moved; False if there
was no time, and then nothing has changed.
"""

import threading


class Account:
    def __init__(self, balance):
        self.balance = balance
        self.lock = threading.Lock()


def transfer(source, target, amount):
    # TODO: acquire(timeout=...) contesta. ¿Qué hay que hacer con cada respuesta?
    # TODO: acquire(timeout=...) answers. What is to be done with each answer?
    source.lock.acquire(timeout=1)
    try:
        source.balance -= amount
        if not target.lock.acquire(timeout=1):
            return False
        target.balance += amount
        target.lock.release()
        return True
    finally:
        source.lock.release()
