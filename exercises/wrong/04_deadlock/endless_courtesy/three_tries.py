import threading


class Account:
    def __init__(self, balance):
        self.balance = balance
        self.lock = threading.Lock()


def transfer(source, target, amount, pause, chance):
    for _ in range(3):
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
        pause(chance())
