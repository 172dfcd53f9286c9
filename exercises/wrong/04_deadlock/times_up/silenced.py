import threading


class Account:
    def __init__(self, balance):
        self.balance = balance
        self.lock = threading.Lock()


def transfer(source, target, amount):
    source.lock.acquire(timeout=1)
    target.lock.acquire(timeout=1)
    source.balance -= amount
    target.balance += amount
    for account in (source, target):
        try:
            account.lock.release()
        except RuntimeError:
            continue
    return True
