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
        number = len(self.queue)
        self.queue.append(person)
        return number
