"""08.2: el lock se tira con alguien esperándolo / the lock is thrown away while somebody waits for it."""

import asyncio


class Office:
    def __init__(self, store):
        self.store = store
        self.locks = {}

    async def book(self, seat, client):
        lock = self.locks.setdefault(seat, asyncio.Lock())
        async with lock:
            self.locks.pop(seat, None)
            if await self.store.owner(seat) is not None:
                return False
            await self.store.assign(seat, client)
            return True
