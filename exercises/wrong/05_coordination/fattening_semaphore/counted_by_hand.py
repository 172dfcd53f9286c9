import threading  # noqa: F401


class Pool:
    def __init__(self, size):
        self.free = size

    def use(self, work):
        while self.free == 0:
            pass
        self.free -= 1
        try:
            return work()
        finally:
            self.free += 1
