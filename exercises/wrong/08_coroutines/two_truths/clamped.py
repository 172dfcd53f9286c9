"""08.1: arreglar el saldo al final no devuelve el dinero / mending the balance at the end gives no money back."""


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
        self.balance = max(0, self.balance - amount)
        return True
