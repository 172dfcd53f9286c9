import threading


class Table:
    def __init__(self, seats):
        self.seats = seats
        self.forks = [threading.Lock() for _ in range(seats)]
        self.waiter = threading.Semaphore(1)

    def dine(self, seat, eat):
        with self.waiter:
            with self.forks[seat], self.forks[(seat + 1) % self.seats]:
                eat(seat)
