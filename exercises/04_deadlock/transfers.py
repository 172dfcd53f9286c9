"""04.1 Transferencias / Transfers

transfer() toma los dos locks y mueve el dinero; log() anota los dos saldos tal
como quedan justo después. Dos transferencias cruzadas se bloquean para siempre.

transfer() takes both locks and moves the money; log() notes both balances just
as they are right after. Two crossed transfers block for ever.
"""

import threading


class Account:
    def __init__(self, number, balance):
        self.number = number  # no hay dos iguales / no two are the same
        self.balance = balance
        self.lock = threading.Lock()


def transfer(source, target, amount, log):
    """Move amount; False if there is not enough."""
    # TODO: Ana paga a Berta y Berta a Ana: ¿qué lock tiene cada una, y cuál espera?
    #       ¿Y si alguien se paga a sí mismo?
    # TODO: Ana pays Berta and Berta pays Ana: which lock does each hold, and which
    #       does she wait for? And what if somebody pays herself?
    with source.lock:
        with target.lock:
            if source.balance < amount:
                return False
            source.balance -= amount
            target.balance += amount
            log(source, target)
            return True
