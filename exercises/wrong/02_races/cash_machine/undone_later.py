import threading


class Account:
    def __init__(self, balance):
        self.balance = balance
        self._lock = threading.Lock()

    def withdraw(self, amount):
        with self._lock:
            self.balance -= amount
            enough = self.balance >= 0
        if not enough:
            with self._lock:
                self.balance += amount
        return enough
