import threading
import time


class Table:
    def __init__(self, seats):
        self.seats = seats
        self.forks = [threading.Lock() for _ in range(seats)]

    def dine(self, seat, eat):
        time.sleep(0.1 * seat)
        with self.forks[seat]:
            time.sleep(0.001)
            with self.forks[(seat + 1) % self.seats]:
                eat(seat)
