"""08.2: un lock para todas las butacas / one lock for all seats."""

import asyncio


class Office:
    def __init__(self, store):
        self.store = store
        self.lock = asyncio.Lock()

    async def book(self, seat, client):
        async with self.lock:
            if await self.store.owner(seat) is not None:
                return False
            await self.store.assign(seat, client)
            return True
