"""04.4 Cortesía infinita: una pausa que crece / a pause that grows"""

import contextlib
import threading


class Account:
    def __init__(self, balance):
        self.balance = balance
        self.lock = threading.Lock()


@contextlib.contextmanager
def both(one, other):
    """True with both locks held, False with none."""
    if not one.acquire(blocking=False):
        yield False
        return
    if not other.acquire(blocking=False):
        one.release()
        yield False
        return
    try:
        yield True
    finally:
        other.release()
        one.release()


def transfer(source, target, amount, pause, chance):
    longest = 0.1
    while True:
        with both(target.lock, source.lock) as ours:
            if ours:
                source.balance -= amount
                target.balance += amount
                return
        pause(longest * chance())
        longest = min(2 * longest, 2.0)
