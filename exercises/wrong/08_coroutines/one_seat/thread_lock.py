"""08.2: un threading.Lock por butaca / a threading.Lock for each seat."""

import threading
from collections import defaultdict


class Office:
    def __init__(self, store):
        self.store = store
        self.locks = defaultdict(threading.Lock)

    async def book(self, seat, client):
        with self.locks[seat]:
            if await self.store.owner(seat) is not None:
                return False
            await self.store.assign(seat, client)
            return True
