import queue
import threading

TURN = queue.Queue(1)


class Account:
    def __init__(self, number, balance):
        self.number = number
        self.balance = balance
        self.lock = threading.Lock()


def transfer(source, target, amount, log):
    TURN.put(1)
    try:
        if source.balance < amount:
            return False
        source.balance -= amount
        target.balance += amount
        log(source, target)
        return True
    finally:
        TURN.get()
