"""04.3 Filósofos / Dining philosophers

Cada filósofo necesita los dos tenedores que tiene al lado. Si todos toman primero
el de la derecha, pueden quedarse todos con uno en la mano, para siempre.

Each philosopher needs both forks beside the plate. If all take the right one
first, all of them may be left with one in hand, for ever.
"""

import threading


class Table:
    def __init__(self, seats):
        self.seats = seats
        self.forks = [threading.Lock() for _ in range(seats)]

    def dine(self, seat, eat):
        """Called once by each philosopher, each in a thread; eat(seat) needs both forks."""
        right = self.forks[seat]
        left = self.forks[(seat + 1) % self.seats]
        # TODO: rompe el círculo sin que dejen de comer a la vez los que pueden
        # TODO: break the circle, and let those who can still eat at the same time
        with right:
            with left:
                eat(seat)
