"""08.1: el return se lleva el lock / the return takes the lock away."""

import asyncio


class Account:
    def __init__(self, balance, note):
        self.balance = balance
        self.note = note
        self.lock = asyncio.Lock()

    async def deposit(self, amount):
        await self.lock.acquire()
        balance = self.balance
        await self.note(amount)
        self.balance = balance + amount
        self.lock.release()

    async def withdraw(self, amount):
        await self.lock.acquire()
        balance = self.balance
        if balance < amount:
            return False
        await self.note(-amount)
        self.balance = balance - amount
        self.lock.release()
        return True
