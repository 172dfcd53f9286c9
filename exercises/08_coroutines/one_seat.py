"""08.2 Dos clientes, una reserva / Two clients, one seat

store.owner(seat) y store.assign(seat, client) preguntan a una base de datos, y tardan.
book() devuelve si la butaca es del cliente; hoy dos clientes se llevan la misma.
Butacas distintas se reservan a la vez.

store.owner(seat) and store.assign(seat, client) ask a database, and take a while.
book() tells whether the seat is the client's; today two clients get the same one.
Different seats are booked at the same time.
"""

import asyncio


class Office:
    def __init__(self, store):
        self.store = store

    async def book(self, seat, client):
        # TODO: ¿quién más tiene este lock?
        # TODO: who else has this lock?
        lock = asyncio.Lock()
        async with lock:
            if await self.store.owner(seat) is not None:
                return False
            await self.store.assign(seat, client)
            return True
