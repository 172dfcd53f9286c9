"""08.2: decir que sí sin asignarla / to say yes without assigning it."""


class Office:
    def __init__(self, store):
        self.store = store
        self.booked = {}

    async def book(self, seat, client):
        return self.booked.setdefault(seat, client) == client
