"""08.2 Dos clientes, una reserva / Two clients, one seat"""

import asyncio
from collections import defaultdict


class Office:
    def __init__(self, store):
        self.store = store
        # Un lock por butaca, el mismo para todas las llamadas: quien quiere otra butaca no espera.
        # A lock for each seat, the same one for all calls: who wants another seat does not wait.
        self.locks = defaultdict(asyncio.Lock)

    async def book(self, seat, client):
        async with self.locks[seat]:
            if await self.store.owner(seat) is not None:
                return False
            await self.store.assign(seat, client)
            return True
