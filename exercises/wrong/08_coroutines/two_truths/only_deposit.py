"""08.1: el await se movió en una de las dos / the await was moved in one of the two."""


class Account:
    def __init__(self, balance, note):
        self.balance = balance
        self.note = note

    async def deposit(self, amount):
        await self.note(amount)
        self.balance += amount

    async def withdraw(self, amount):
        balance = self.balance
        if balance < amount:
            return False
        await self.note(-amount)
        self.balance = balance - amount
        return True
