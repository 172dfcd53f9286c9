"""03.2 ¿De quién es este lock? / Whose lock is it?"""

import threading


class Account:
    def __init__(self, balance):
        self.balance = balance
        # El lock vive con el dato que protege: uno por cuenta.
        # The lock lives with the data that it guards: one an account.
        self._lock = threading.Lock()

    def deposit(self, amount, log):
        with self._lock:
            balance = self.balance
            log(amount)
            self.balance = balance + amount
