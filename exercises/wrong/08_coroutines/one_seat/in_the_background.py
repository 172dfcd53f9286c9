"""08.2: asignar en segundo plano / to assign in the background."""

import asyncio


class Office:
    def __init__(self, store):
        self.store = store
        self.booked = set()
        self.tasks = []

    async def book(self, seat, client):
        if seat in self.booked or await self.store.owner(seat) is not None:
            return False
        if seat in self.booked:
            return False
        self.booked.add(seat)
        self.tasks.append(asyncio.create_task(self.store.assign(seat, client)))
        return True
