import threading


class Election:
    def __init__(self):
        self.votes = {}
        self.queue = []

    def vote(self, name):
        with threading.Lock():
            self.votes[name] = self.votes.get(name, 0) + 1

    def take_number(self, person):
        with threading.Lock():
            number = len(self.queue)
            self.queue.append(person)
            return number
