"""02.4 El cajero: comparar y cambiar / compare and swap"""

import threading


class Account:
    def __init__(self, balance):
        self.balance = balance
        self._lock = threading.Lock()

    def _swap(self, seen, new):
        """Pone new si el saldo sigue siendo seen / Sets new if the balance still is seen"""
        with self._lock:
            if self.balance != seen:
                return False
            self.balance = new
            return True

    def withdraw(self, amount):
        # Mirar sin lock y, si alguien cambió el saldo entretanto, volver a mirar.
        # Look without a lock and, if somebody changed the balance since, look again.
        while True:
            seen = self.balance
            if seen < amount:
                return False
            if self._swap(seen, seen - amount):
                return True
