import threading


class Account:
    def __init__(self, number, balance):
        self.number = number
        self.balance = balance
        self.lock = threading.Lock()


def transfer(source, target, amount, log):
    with source.lock:
        if source.balance < amount or not target.lock.acquire(timeout=1):
            return False
        try:
            source.balance -= amount
            target.balance += amount
            log(source, target)
            return True
        finally:
            target.lock.release()
