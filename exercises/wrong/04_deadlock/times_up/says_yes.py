import threading


class Account:
    def __init__(self, balance):
        self.balance = balance
        self.lock = threading.Lock()


def transfer(source, target, amount):
    if source.lock.acquire(timeout=1):
        if target.lock.acquire(timeout=1):
            source.balance -= amount
            target.balance += amount
            target.lock.release()
        source.lock.release()
    return True
