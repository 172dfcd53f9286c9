import threading


class Account:
    def __init__(self, balance):
        self.balance = balance

    def withdraw(self, amount):
        with threading.Lock():
            if self.balance >= amount:
                self.balance -= amount
                return True
            return False
