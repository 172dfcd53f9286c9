"""08.2 Dos clientes, una reserva: apartar antes de preguntar / put aside before asking"""


class Office:
    def __init__(self, store):
        self.store = store
        self.booked = set()

    async def book(self, seat, client):
        # Comprobar y apuntar sin ningún await en medio: en un solo hilo, eso es un paso.
        # To check and to note with no await in between: on a single thread that is one step.
        if seat in self.booked:
            return False
        self.booked.add(seat)
        if await self.store.owner(seat) is not None:
            return False
        await self.store.assign(seat, client)
        return True
