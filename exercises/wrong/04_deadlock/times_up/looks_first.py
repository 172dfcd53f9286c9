import threading


class Account:
    def __init__(self, balance):
        self.balance = balance
        self.lock = threading.Lock()


def transfer(source, target, amount):
    if source.lock.locked() or target.lock.locked():
        return False
    with source.lock, target.lock:
        source.balance -= amount
        target.balance += amount
        return True
