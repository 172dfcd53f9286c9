import threading


class Account:
    def __init__(self, number, balance):
        self.number = number
        self.balance = balance
        self.lock = threading.Lock()


def transfer(source, target, amount, log):
    if source is target:
        return source.balance >= amount
    with source.lock:
        while not target.lock.acquire(blocking=False):
            pass
        try:
            if source.balance < amount:
                return False
            source.balance -= amount
            target.balance += amount
            log(source, target)
            return True
        finally:
            target.lock.release()
