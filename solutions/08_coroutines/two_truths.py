"""08.1 Un hilo, dos verdades / One thread, two truths"""

import asyncio


class Account:
    def __init__(self, balance, note):
        self.balance = balance
        self.note = note
        # Un asyncio.Lock, no un threading.Lock: esperarlo cede el paso en vez de parar el único hilo.
        # An asyncio.Lock, no threading.Lock: waiting for it gives way instead of stopping the only thread.
        self.lock = asyncio.Lock()

    async def deposit(self, amount):
        # El mismo lock en las dos operaciones, de la lectura a la escritura.
        # The same lock in both operations, from the read to the write.
        async with self.lock:
            balance = self.balance
            await self.note(amount)
            self.balance = balance + amount

    async def withdraw(self, amount):
        async with self.lock:
            balance = self.balance
            if balance < amount:
                return False
            await self.note(-amount)
            self.balance = balance - amount
            return True
