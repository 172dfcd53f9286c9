"""08.2: un lock por cliente / a lock for each client."""

import asyncio
from collections import defaultdict


class Office:
    def __init__(self, store):
        self.store = store
        self.locks = defaultdict(asyncio.Lock)

    async def book(self, seat, client):
        async with self.locks[client]:
            if await self.store.owner(seat) is not None:
                return False
            await self.store.assign(seat, client)
            return True
