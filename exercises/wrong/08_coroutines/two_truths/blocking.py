"""08.1: time.sleep no cede el paso / time.sleep does not give way."""

import asyncio
import time


class Account:
    def __init__(self, balance, note):
        self.balance = balance
        self.note = note
        self.lock = asyncio.Lock()

    async def deposit(self, amount):
        while self.lock.locked():
            time.sleep(0.01)
        async with self.lock:
            balance = self.balance
            await self.note(amount)
            self.balance = balance + amount

    async def withdraw(self, amount):
        while self.lock.locked():
            time.sleep(0.01)
        async with self.lock:
            balance = self.balance
            if balance < amount:
                return False
            await self.note(-amount)
            self.balance = balance - amount
            return True
