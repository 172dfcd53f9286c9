import collections
import threading


class Election:
    def __init__(self):
        self.votes = collections.Counter()
        self.queue = []
        self.lock = threading.Lock()

    def vote(self, name):
        self.votes[name] += 1

    def take_number(self, person):
        with self.lock:
            self.queue.append(person)
            return len(self.queue) - 1
