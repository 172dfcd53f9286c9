"""04.5 Se acabó el tiempo / Time's up"""

import threading


class Account:
    def __init__(self, balance):
        self.balance = balance
        self.lock = threading.Lock()


def transfer(source, target, amount):
    if not source.lock.acquire(timeout=1):
        return False  # sin lock no hay nada que soltar / without the lock nothing to release
    try:
        # Nada cambia hasta tener los dos: así no hay nada que deshacer.
        # Nothing changes before both are held: so there is nothing to undo.
        if not target.lock.acquire(timeout=1):
            return False
        try:
            source.balance -= amount
            target.balance += amount
            return True
        finally:
            target.lock.release()
    finally:
        source.lock.release()
