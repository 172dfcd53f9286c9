"""08.2: el lock solo alrededor de la escritura / the lock around the write only."""

import asyncio
from collections import defaultdict


class Office:
    def __init__(self, store):
        self.store = store
        self.locks = defaultdict(asyncio.Lock)

    async def book(self, seat, client):
        if await self.store.owner(seat) is not None:
            return False
        async with self.locks[seat]:
            await self.store.assign(seat, client)
        return True
