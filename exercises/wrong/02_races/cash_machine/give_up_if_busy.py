import threading


class Account:
    def __init__(self, balance):
        self.balance = balance
        self._lock = threading.Lock()

    def withdraw(self, amount):
        if not self._lock.acquire(blocking=False):
            return False
        try:
            if self.balance >= amount:
                self.balance -= amount
                return True
            return False
        finally:
            self._lock.release()
