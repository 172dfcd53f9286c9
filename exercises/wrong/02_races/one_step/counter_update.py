from collections import Counter
from threading import Lock


class Election:
    def __init__(self):
        self.votes = Counter()
        self.queue = []
        self.lock = Lock()

    def vote(self, name):
        self.votes.update([name])

    def take_number(self, person):
        with self.lock:
            self.queue.append(person)
            return len(self.queue) - 1
