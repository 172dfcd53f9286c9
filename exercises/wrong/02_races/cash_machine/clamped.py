import threading  # noqa: F401


class Account:
    def __init__(self, balance):
        self.balance = balance

    def withdraw(self, amount):
        if self.balance >= amount:
            self.balance = max(0, self.balance - amount)
            return True
        return False
