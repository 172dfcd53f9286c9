import threading


class Election:
    def __init__(self):
        self.votes = {}
        self.queue = []
        self.lock = threading.Lock()

    def vote(self, name):
        count = self.votes.get(name, 0) + 1
        with self.lock:
            self.votes[name] = count

    def take_number(self, person):
        number = len(self.queue)
        with self.lock:
            self.queue.append(person)
        return number
