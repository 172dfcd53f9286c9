"""08.1 Un hilo, dos verdades / One thread, two truths

Una cuenta en asyncio: un solo hilo, y aun así se pierde dinero. note(amount) apunta
cada movimiento en el registro del banco y tarda. Sin saldo no hay apunte.

An account in asyncio: a single thread, and money is lost all the same. note(amount)
enters each movement into the bank's log and takes a while. No funds, no entry.
"""


class Account:
    def __init__(self, balance, note):
        self.balance = balance
        self.note = note

    async def deposit(self, amount):
        balance = self.balance
        # TODO: ¿quién se ejecuta durante este await?
        # TODO: who runs during this await?
        await self.note(amount)
        self.balance = balance + amount

    async def withdraw(self, amount):
        balance = self.balance
        if balance < amount:
            return False
        # TODO: ¿y durante este?
        # TODO: and during this one?
        await self.note(-amount)
        self.balance = balance - amount
        return True
