import threading


class Account:
    def __init__(self, balance):
        self.balance = balance
        self.lock = threading.Lock()


def transfer(source, target, amount):
    if not source.lock.acquire(timeout=1):
        return False
    try:
        if not target.lock.acquire(timeout=1):
            source.lock.release()
            return False
        source.balance -= amount
        target.balance += amount
        target.lock.release()
        return True
    finally:
        source.lock.release()
