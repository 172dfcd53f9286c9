"""08.2: se aparta después de preguntar / it is put aside after asking."""


class Office:
    def __init__(self, store):
        self.store = store
        self.booked = set()

    async def book(self, seat, client):
        if seat in self.booked or await self.store.owner(seat) is not None:
            return False
        self.booked.add(seat)
        await self.store.assign(seat, client)
        return True
