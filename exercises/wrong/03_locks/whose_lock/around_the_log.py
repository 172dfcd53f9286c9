import threading


class Account:
    def __init__(self, balance):
        self.balance = balance
        self.lock = threading.Lock()

    def deposit(self, amount, log):
        balance = self.balance
        with self.lock:
            log(amount)
        self.balance = balance + amount
