"""08.1: cada llamada tiene su lock / each call has a lock of its own."""

import asyncio


class Account:
    def __init__(self, balance, note):
        self.balance = balance
        self.note = note

    async def deposit(self, amount):
        async with asyncio.Lock():
            balance = self.balance
            await self.note(amount)
            self.balance = balance + amount

    async def withdraw(self, amount):
        async with asyncio.Lock():
            balance = self.balance
            if balance < amount:
                return False
            await self.note(-amount)
            self.balance = balance - amount
            return True
