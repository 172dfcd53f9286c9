import threading


class Account:
    def __init__(self, balance):
        self.balance = balance
        self.lock = threading.Lock()


def transfer(source, target, amount, pause, chance):
    while True:
        if source.lock.acquire(blocking=False):
            target.lock.acquire()
            source.balance -= amount
            target.balance += amount
            target.lock.release()
            source.lock.release()
            return
        pause(chance())
