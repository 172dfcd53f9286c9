"""04.1: por id(), sin pensar en uno mismo / by id(), without a thought of oneself."""

import threading


class Account:
    def __init__(self, number, balance):
        self.number = number
        self.balance = balance
        self.lock = threading.Lock()


def transfer(source, target, amount, log):
    first, second = (source, target) if id(source) < id(target) else (target, source)
    with first.lock, second.lock:
        if source.balance < amount:
            return False
        source.balance -= amount
        target.balance += amount
        log(source, target)
        return True
