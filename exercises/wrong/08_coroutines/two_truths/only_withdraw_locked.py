"""08.1: solo una de las dos toma el lock / only one of the two takes the lock."""

import asyncio


class Account:
    def __init__(self, balance, note):
        self.balance = balance
        self.note = note
        self.lock = asyncio.Lock()

    async def deposit(self, amount):
        balance = self.balance
        await self.note(amount)
        self.balance = balance + amount

    async def withdraw(self, amount):
        async with self.lock:
            balance = self.balance
            if balance < amount:
                return False
            await self.note(-amount)
            self.balance = balance - amount
            return True
