"""04.1 Transferencias: locks reentrantes y un if / Transfers: re-entrant locks and an if"""

import threading


class Account:
    def __init__(self, number, balance):
        self.number = number
        self.balance = balance
        self.lock = threading.RLock()  # el mismo dos veces: para pagarse a sí mismo
        #                                the same one twice: for paying oneself


def transfer(source, target, amount, log):
    first, second = source, target
    if second.number < first.number:
        first, second = second, first
    with first.lock, second.lock:
        enough = source.balance >= amount
        if enough:
            source.balance -= amount
            target.balance += amount
            log(source, target)
    return enough
