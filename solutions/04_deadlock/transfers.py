"""04.1 Transferencias / Transfers"""

import contextlib
import threading


class Account:
    def __init__(self, number, balance):
        self.number = number
        self.balance = balance
        self.lock = threading.Lock()


def transfer(source, target, amount, log):
    # Siempre en el mismo orden: así no puede cerrarse un círculo. Si las dos cuentas
    # son la misma, un solo lock.
    # Always in the same order: so no circle can close. If both accounts are the same,
    # one lock only.
    accounts = [source] if source is target else [source, target]
    with contextlib.ExitStack() as held:
        for account in sorted(accounts, key=lambda account: account.number):
            held.enter_context(account.lock)
        if source.balance < amount:
            return False
        source.balance -= amount
        target.balance += amount
        log(source, target)
        return True
