import threading

MINE = threading.local()


class Account:
    def __init__(self, balance):
        self.balance = balance

    def deposit(self, amount, log):
        if not hasattr(MINE, "lock"):
            MINE.lock = threading.Lock()
        with MINE.lock:
            balance = self.balance
            log(amount)
            self.balance = balance + amount
