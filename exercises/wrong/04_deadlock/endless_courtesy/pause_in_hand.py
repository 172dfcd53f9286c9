import threading


class Account:
    def __init__(self, balance):
        self.balance = balance
        self.lock = threading.Lock()


def transfer(source, target, amount, pause, chance):
    while not source.lock.acquire(blocking=False):
        pause(chance())
    while not target.lock.acquire(blocking=False):
        pause(chance())
    source.balance -= amount
    target.balance += amount
    target.lock.release()
    source.lock.release()
