"""02.4 El cajero / The cash machine

withdraw() entrega el dinero si lo hay. Con 100 en la cuenta y dos cajeros que
piden 80, solo uno puede llevárselo. Hoy, a veces, se lo llevan los dos.

withdraw() hands out the money if it is there. With 100 in the account and two
machines that ask for 80, only one can have it. Today, sometimes, both do.
"""

import threading  # noqa: F401


class Account:
    def __init__(self, balance):
        self.balance = balance

    def withdraw(self, amount):
        # TODO: entre mirar y restar puede pasar otro cajero
        # TODO: another machine can come between looking and subtracting
        if self.balance >= amount:
            self.balance -= amount
            return True
        return False
