import threading


class Table:
    def __init__(self, seats):
        self.seats = seats
        self.forks = [threading.Lock() for _ in range(seats)]

    def dine(self, seat, eat):
        left = self.forks[(seat + 1) % self.seats]
        while True:
            with self.forks[seat]:
                if left.acquire(blocking=False):
                    eat(seat)
                    left.release()
                    return
