"""08.1: un RLock deja entrar a todas las tareas: son un solo hilo / an RLock lets all tasks in: they are one thread."""

import threading


class Account:
    def __init__(self, balance, note):
        self.balance = balance
        self.note = note
        self.lock = threading.RLock()

    async def deposit(self, amount):
        with self.lock:
            balance = self.balance
            await self.note(amount)
            self.balance = balance + amount

    async def withdraw(self, amount):
        with self.lock:
            balance = self.balance
            if balance < amount:
                return False
            await self.note(-amount)
            self.balance = balance - amount
            return True
