"""08.1: sin await no hay apunte / without await there is no entry."""


class Account:
    def __init__(self, balance, note):
        self.balance = balance
        self.note = note

    async def deposit(self, amount):
        self.note(amount)
        self.balance += amount

    async def withdraw(self, amount):
        if self.balance < amount:
            return False
        self.note(-amount)
        self.balance -= amount
        return True
