import threading


class Account:
    def __init__(self, balance):
        self.balance = balance
        self._lock = threading.Lock()

    def withdraw(self, amount):
        if self.balance >= amount:
            with self._lock:
                self.balance -= amount
            return self.balance >= 0
        return False
