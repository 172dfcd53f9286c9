"""08.1 Un hilo, dos verdades: sin await entre la lectura y la escritura / no await between the read and the write"""


class Account:
    def __init__(self, balance, note):
        self.balance = balance
        self.note = note

    async def deposit(self, amount):
        await self.note(amount)
        # Entre dos awaits nadie más se ejecuta: esta línea es un solo paso.
        # Between two awaits nobody else runs: this line is a single step.
        self.balance += amount

    async def withdraw(self, amount):
        if self.balance < amount:
            return False
        # El dinero se aparta antes de ceder el paso; nadie más puede contar con él.
        # The money is put aside before giving way; nobody else can count on it.
        self.balance -= amount
        await self.note(-amount)
        return True
