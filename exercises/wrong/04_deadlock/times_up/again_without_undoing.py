import threading


class Account:
    def __init__(self, balance):
        self.balance = balance
        self.lock = threading.Lock()


def transfer(source, target, amount):
    for _ in range(2):
        if not source.lock.acquire(timeout=1):
            continue
        source.balance -= amount
        got = target.lock.acquire(timeout=1)
        if got:
            target.balance += amount
            target.lock.release()
        source.lock.release()
        if got:
            return True
    return False
