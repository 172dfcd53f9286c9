import threading


class Account:
    lock = threading.Lock()

    def __init__(self, balance):
        self.balance = balance

    def deposit(self, amount, log):
        with self.lock:
            balance = self.balance
            log(amount)
            self.balance = balance + amount
