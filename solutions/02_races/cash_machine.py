"""02.4 El cajero / The cash machine"""

import threading


class Account:
    def __init__(self, balance):
        self.balance = balance
        self._lock = threading.Lock()

    def withdraw(self, amount):
        # Mirar y actuar bajo el mismo lock: lo que se miró sigue siendo verdad.
        # Look and act under the same lock: what was looked at still is true.
        with self._lock:
            if self.balance >= amount:
                self.balance -= amount
                return True
            return False
