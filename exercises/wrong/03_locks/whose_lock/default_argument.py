import threading


class Account:
    def __init__(self, balance):
        self.balance = balance

    def deposit(self, amount, log, lock=threading.Lock()):
        with lock:
            balance = self.balance
            log(amount)
            self.balance = balance + amount
