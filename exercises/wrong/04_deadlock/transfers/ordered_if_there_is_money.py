import threading


class Account:
    def __init__(self, number, balance):
        self.number = number
        self.balance = balance
        self.lock = threading.RLock()


def transfer(source, target, amount, log):
    if amount < 0:
        first, second = target, source
    elif source.balance >= amount:
        first, second = sorted((source, target), key=lambda a: a.number)
    else:
        first, second = source, target
    with first.lock:
        with second.lock:
            if source.balance < amount:
                return False
            source.balance -= amount
            target.balance += amount
            log(source, target)
            return True
