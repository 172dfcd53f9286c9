"""03.2 ¿De quién es este lock? / Whose lock is it?

Hay un lock y hay un with, y aun así se pierden ingresos. Cada cuenta es un dato
distinto: ingresar en dos cuentas distintas tiene que poder hacerse a la vez.

There is a lock and there is a with, and still deposits get lost. Each account is
data of its own: it must be possible to pay into two accounts at once.
"""

import threading


class Account:
    def __init__(self, balance):
        self.balance = balance

    def deposit(self, amount, log):
        # TODO: ¿quién más tiene este lock?
        # TODO: who else has this lock?
        lock = threading.Lock()
        with lock:
            balance = self.balance
            log(amount)  # tarda un segundo / takes a second
            self.balance = balance + amount
