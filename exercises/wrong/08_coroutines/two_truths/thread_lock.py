"""08.1: un threading.Lock para el bucle / a threading.Lock stops the loop."""

import threading


class Account:
    def __init__(self, balance, note):
        self.balance = balance
        self.note = note
        self.lock = threading.Lock()

    async def deposit(self, amount):
        with self.lock:
            balance = self.balance
            await self.note(amount)
            self.balance = balance + amount

    async def withdraw(self, amount):
        with self.lock:
            balance = self.balance
            if balance < amount:
                return False
            await self.note(-amount)
            self.balance = balance - amount
            return True
