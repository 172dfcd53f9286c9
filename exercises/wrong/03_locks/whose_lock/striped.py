import itertools
import threading

LOCKS = [threading.Lock(), threading.Lock()]
NUMBER = itertools.count()


class Account:
    def __init__(self, balance):
        self.balance = balance
        self.lock = LOCKS[next(NUMBER) % 2]

    def deposit(self, amount, log):
        with self.lock:
            balance = self.balance
            log(amount)
            self.balance = balance + amount
