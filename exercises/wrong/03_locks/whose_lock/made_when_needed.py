import threading


class Account:
    def __init__(self, balance):
        self.balance = balance

    def deposit(self, amount, log):
        if not hasattr(self, "lock"):
            self.lock = threading.Lock()
        with self.lock:
            balance = self.balance
            log(amount)
            self.balance = balance + amount
