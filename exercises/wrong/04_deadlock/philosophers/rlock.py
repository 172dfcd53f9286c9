import threading


class Table:
    def __init__(self, seats):
        self.seats = seats
        self.forks = [threading.RLock() for _ in range(seats)]

    def dine(self, seat, eat):
        with self.forks[seat]:
            with self.forks[(seat + 1) % self.seats]:
                eat(seat)
