import threading

LOCK = threading.Lock()


class Account:
    def __init__(self, balance):
        self.balance = balance

    def deposit(self, amount, log):
        with LOCK:
            balance = self.balance
            log(amount)
            self.balance = balance + amount
