"""08.2: el lock se crea después de un await / the lock is made after an await."""

import asyncio


class Office:
    def __init__(self, store):
        self.store = store
        self.locks = {}

    async def book(self, seat, client):
        if seat not in self.locks:
            await asyncio.sleep(0)
            self.locks[seat] = asyncio.Lock()
        async with self.locks[seat]:
            if await self.store.owner(seat) is not None:
                return False
            await self.store.assign(seat, client)
            return True
