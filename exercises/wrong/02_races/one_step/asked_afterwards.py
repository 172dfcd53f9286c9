import threading


class Election:
    def __init__(self):
        self.votes = {}
        self.queue = []
        self.lock = threading.Lock()

    def vote(self, name):
        with self.lock:
            self.votes[name] = self.votes.get(name, 0) + 1

    def take_number(self, person):
        self.queue.append(person)
        return self.queue.index(person)
