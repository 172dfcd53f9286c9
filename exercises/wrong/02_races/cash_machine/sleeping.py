import random
import threading  # noqa: F401
import time


class Account:
    def __init__(self, balance):
        self.balance = balance

    def withdraw(self, amount):
        time.sleep(random.random())
        if self.balance >= amount:
            self.balance -= amount
            return True
        return False
