import threading  # noqa: F401


class Account:
    def __init__(self, balance):
        self.balance = balance

    def withdraw(self, amount):
        return False
