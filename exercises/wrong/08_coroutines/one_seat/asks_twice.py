"""08.2: preguntar dos veces antes / to ask twice before."""


class Office:
    def __init__(self, store):
        self.store = store

    async def book(self, seat, client):
        if await self.store.owner(seat) is not None:
            return False
        if await self.store.owner(seat) is not None:
            return False
        await self.store.assign(seat, client)
        return True
