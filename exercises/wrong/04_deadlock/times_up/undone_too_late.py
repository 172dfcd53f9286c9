import threading


class Account:
    def __init__(self, balance):
        self.balance = balance
        self.lock = threading.Lock()


def transfer(source, target, amount):
    if not source.lock.acquire(timeout=1):
        return False
    source.balance -= amount
    source.lock.release()
    if not target.lock.acquire(timeout=1):
        source.balance += amount
        return False
    target.balance += amount
    target.lock.release()
    return True
