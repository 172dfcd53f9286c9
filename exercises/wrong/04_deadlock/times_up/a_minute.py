import threading


class Account:
    def __init__(self, balance):
        self.balance = balance
        self.lock = threading.Lock()


def transfer(source, target, amount):
    if source.lock.acquire(timeout=60):
        try:
            if target.lock.acquire(timeout=60):
                try:
                    source.balance -= amount
                    target.balance += amount
                    return True
                finally:
                    target.lock.release()
        finally:
            source.lock.release()
    return False
