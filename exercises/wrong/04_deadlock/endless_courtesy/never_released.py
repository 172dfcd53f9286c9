import threading


class Account:
    def __init__(self, balance):
        self.balance = balance
        self.lock = threading.Lock()


def transfer(source, target, amount, pause, chance):
    while True:
        if source.lock.acquire(blocking=False):
            if target.lock.acquire(blocking=False):
                source.balance -= amount
                target.balance += amount
                source.lock.release()
                return
            source.lock.release()
        pause(chance())
