"""03.2 ¿De quién es este lock?: una puerta por cuenta / a door for each account"""

import threading

_REGISTRY = threading.Lock()
_DOORS = {}


def _door(account):
    # El registro se consulta con su propio lock, y solo un instante.
    # The registry is consulted under a lock of its own, and only for an instant.
    with _REGISTRY:
        return _DOORS.setdefault(id(account), threading.Semaphore(1))


class Account:
    def __init__(self, balance):
        self.balance = balance

    def deposit(self, amount, log):
        log(amount)  # nadie espera a que se anote / nobody waits for the journal
        with _door(self):
            self.balance += amount
