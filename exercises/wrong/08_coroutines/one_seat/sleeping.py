"""08.2: esperar un poco según el cliente / to wait a little by client."""

import asyncio


class Office:
    def __init__(self, store):
        self.store = store

    async def book(self, seat, client):
        await asyncio.sleep(len(client))
        if await self.store.owner(seat) is not None:
            return False
        await self.store.assign(seat, client)
        return True
