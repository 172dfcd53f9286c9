"""04.5 Se acabó el tiempo: se anota lo que se tiene / what is held is noted down"""

import contextlib
import threading


class Account:
    def __init__(self, balance):
        self.balance = balance
        self.lock = threading.Lock()


def transfer(source, target, amount):
    with contextlib.ExitStack() as held:
        for account in (source, target):
            if not account.lock.acquire(timeout=1):
                return False  # ExitStack suelta lo que se tenía / releases what was held
            held.callback(account.lock.release)
        source.balance -= amount
        target.balance += amount
    return True
