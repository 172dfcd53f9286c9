import threading


class Account:
    def __init__(self, balance):
        self.balance = balance
        self.lock = threading.Lock()


def transfer(source, target, amount):
    while True:
        if source.lock.acquire(timeout=1):
            try:
                if target.lock.acquire(timeout=1):
                    source.balance -= amount
                    target.balance += amount
                    target.lock.release()
                    return True
            finally:
                source.lock.release()
