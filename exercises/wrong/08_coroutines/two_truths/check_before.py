"""08.1: se lee al final y se comprueba al principio / it reads at the end and checks at the beginning."""


class Account:
    def __init__(self, balance, note):
        self.balance = balance
        self.note = note

    async def deposit(self, amount):
        await self.note(amount)
        self.balance += amount

    async def withdraw(self, amount):
        if self.balance < amount:
            return False
        await self.note(-amount)
        self.balance -= amount
        return True
