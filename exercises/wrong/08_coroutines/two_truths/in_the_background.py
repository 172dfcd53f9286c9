"""08.1: el apunte queda para luego / the entry is left for later."""

import asyncio


class Account:
    def __init__(self, balance, note):
        self.balance = balance
        self.note = note
        self.tasks = []

    async def deposit(self, amount):
        self.tasks.append(asyncio.create_task(self.note(amount)))
        self.balance += amount

    async def withdraw(self, amount):
        if self.balance < amount:
            return False
        self.tasks.append(asyncio.create_task(self.note(-amount)))
        self.balance -= amount
        return True
