"""08.1: el lock se suelta justo en el await / the lock is given back for the very await."""

import asyncio


class Account:
    def __init__(self, balance, note):
        self.balance = balance
        self.note = note
        self.lock = asyncio.Lock()

    async def deposit(self, amount):
        async with self.lock:
            balance = self.balance
        await self.note(amount)
        async with self.lock:
            self.balance = balance + amount

    async def withdraw(self, amount):
        async with self.lock:
            balance = self.balance
            if balance < amount:
                return False
        await self.note(-amount)
        async with self.lock:
            self.balance = balance - amount
        return True
