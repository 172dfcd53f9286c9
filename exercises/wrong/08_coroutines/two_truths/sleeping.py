"""08.1: dormir antes no ordena nada / sleeping first orders nothing."""

import asyncio
import random


class Account:
    def __init__(self, balance, note):
        self.balance = balance
        self.note = note

    async def deposit(self, amount):
        await asyncio.sleep(random.random())
        balance = self.balance
        await self.note(amount)
        self.balance = balance + amount

    async def withdraw(self, amount):
        await asyncio.sleep(random.random())
        balance = self.balance
        if balance < amount:
            return False
        await self.note(-amount)
        self.balance = balance - amount
        return True
