import threading  # noqa: F401


class Election:
    def __init__(self):
        self.votes = {}
        self.queue = []

    def vote(self, name):
        votes = self.votes.copy()
        votes[name] = votes.get(name, 0) + 1
        self.votes = votes

    def take_number(self, person):
        queue = self.queue.copy()
        queue.append(person)
        self.queue = queue
        return len(queue) - 1
