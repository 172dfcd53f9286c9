import threading


class Table:
    def __init__(self, seats):
        self.seats = seats
        self.forks = [threading.Lock() for _ in range(seats)]

    def dine(self, seat, eat):
        first, second = self.forks[seat], self.forks[(seat + 1) % self.seats]
        if seat == 4:
            first, second = second, first
        with first, second:
            eat(seat)
