"""08.2: preguntar sin parar si se puede / to ask without end whether one may."""

import asyncio


class Office:
    def __init__(self, store):
        self.store = store
        self.busy = set()

    async def book(self, seat, client):
        while seat in self.busy:
            await asyncio.sleep(0.01)
        self.busy.add(seat)
        free = await self.store.owner(seat) is None
        if free:
            await self.store.assign(seat, client)
        self.busy.remove(seat)
        return free
