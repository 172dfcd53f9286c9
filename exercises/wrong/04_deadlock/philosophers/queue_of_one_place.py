import queue


class Table:
    def __init__(self, seats):
        self.seats = seats
        self.turn = queue.Queue(1)

    def dine(self, seat, eat):
        self.turn.put(seat)
        eat(seat)
        self.turn.get()
