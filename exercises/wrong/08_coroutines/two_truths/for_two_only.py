"""08.1: escrito para dos tareas / written for two tasks."""

import asyncio


class Account:
    def __init__(self, balance, note):
        self.balance = balance
        self.note = note
        self.inside = 0
        self.out = asyncio.Event()

    async def _enter(self):
        self.inside += 1
        if self.inside > 1:
            await self.out.wait()

    def _leave(self):
        self.inside -= 1
        self.out.set()

    async def deposit(self, amount):
        await self._enter()
        balance = self.balance
        await self.note(amount)
        self.balance = balance + amount
        self._leave()

    async def withdraw(self, amount):
        await self._enter()
        balance = self.balance
        if balance >= amount:
            await self.note(-amount)
            self.balance = balance - amount
        self._leave()
        return balance >= amount
