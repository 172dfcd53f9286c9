import threading

LOCKS = {}


class Account:
    def __init__(self, balance):
        self.balance = balance

    def deposit(self, amount, log):
        if self not in LOCKS:
            LOCKS[self] = threading.Lock()
        with LOCKS[self]:
            balance = self.balance
            log(amount)
            self.balance = balance + amount
