"""08.1: preguntar sin parar no es esperar / asking without end is no waiting."""

import asyncio


class Account:
    def __init__(self, balance, note):
        self.balance = balance
        self.note = note
        self.busy = False

    async def deposit(self, amount):
        while self.busy:
            await asyncio.sleep(0)
        self.busy = True
        balance = self.balance
        await self.note(amount)
        self.balance = balance + amount
        self.busy = False

    async def withdraw(self, amount):
        while self.busy:
            await asyncio.sleep(0)
        self.busy = True
        balance = self.balance
        if balance >= amount:
            await self.note(-amount)
            self.balance = balance - amount
        self.busy = False
        return balance >= amount
