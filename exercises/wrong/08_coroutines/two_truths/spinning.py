"""08.1: un bucle sin await no deja a nadie más / a loop without await lets nobody else run."""


class Account:
    def __init__(self, balance, note):
        self.balance = balance
        self.note = note
        self.busy = False

    async def deposit(self, amount):
        while self.busy:
            pass
        self.busy = True
        balance = self.balance
        await self.note(amount)
        self.balance = balance + amount
        self.busy = False

    async def withdraw(self, amount):
        while self.busy:
            pass
        self.busy = True
        balance = self.balance
        if balance >= amount:
            await self.note(-amount)
            self.balance = balance - amount
        self.busy = False
        return balance >= amount
