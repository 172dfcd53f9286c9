"""08.2: un semáforo de dos / a semaphore of two."""

import asyncio


class Office:
    def __init__(self, store):
        self.store = store
        self.gate = asyncio.Semaphore(2)

    async def book(self, seat, client):
        async with self.gate:
            if await self.store.owner(seat) is not None:
                return False
            await self.store.assign(seat, client)
            return True
