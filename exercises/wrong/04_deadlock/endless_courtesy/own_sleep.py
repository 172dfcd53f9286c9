import threading
import time


class Account:
    def __init__(self, balance):
        self.balance = balance
        self.lock = threading.Lock()


def transfer(source, target, amount, pause, chance):
    while True:
        if source.lock.acquire(blocking=False):
            try:
                if target.lock.acquire(blocking=False):
                    try:
                        source.balance -= amount
                        target.balance += amount
                        return
                    finally:
                        target.lock.release()
            finally:
                source.lock.release()
        time.sleep(0.1)
