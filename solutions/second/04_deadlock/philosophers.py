"""04.3 Filósofos: un portero deja sentarse a todos menos uno / a doorman seats all but one"""

import threading


class Table:
    def __init__(self, seats):
        self.seats = seats
        self.forks = [threading.Lock() for _ in range(seats)]
        # Con un sitio libre, a alguien le quedan los dos tenedores.
        # With one seat free, somebody is left with both forks.
        self.doorman = threading.Semaphore(seats - 1)

    def dine(self, seat, eat):
        with self.doorman:
            with self.forks[seat]:
                with self.forks[(seat + 1) % self.seats]:
                    eat(seat)
