"""04.3 Filósofos / Dining philosophers"""

import threading


class Table:
    def __init__(self, seats):
        self.seats = seats
        self.forks = [threading.Lock() for _ in range(seats)]

    def dine(self, seat, eat):
        # El de número menor, primero: el último filósofo empieza por el otro lado y
        # el círculo no puede cerrarse.
        # The one with the lower number first: the last philosopher begins on the
        # other side, and the circle cannot close.
        first, second = sorted((seat, (seat + 1) % self.seats))
        with self.forks[first], self.forks[second]:
            eat(seat)
