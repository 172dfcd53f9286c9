import threading


class Table:
    def __init__(self, seats):
        self.seats = seats
        self.forks = [threading.Lock() for _ in range(seats)]

    def dine(self, seat, eat):
        with self.forks[(seat + 1) % self.seats]:
            with self.forks[seat]:
                eat(seat)
