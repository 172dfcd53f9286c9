import threading

held = threading.local()


class HierarchyError(RuntimeError):
    pass


class RankedLock:
    def __init__(self, rank):
        self.rank = rank
        self._lock = threading.Lock()

    def __enter__(self):
        ranks = held.__dict__.setdefault("ranks", [])
        self._lock.acquire()
        if ranks and ranks[-1] >= self.rank:
            self._lock.release()
            raise HierarchyError(f"{self.rank} after {ranks[-1]}")
        ranks.append(self.rank)
        return self

    def __exit__(self, *error):
        held.ranks.pop()
        self._lock.release()


class Shop:
    def __init__(self, stock):
        self.orders = RankedLock(1)
        self.shelf = RankedLock(2)
        self.stock = stock
        self.ordered = 0

    def sell(self):
        with self.orders, self.shelf:
            self.stock -= 1
            self.ordered += 1

    def reorder(self):
        with self.orders:
            self.ordered += 1

    def report(self):
        with self.orders, self.shelf:
            return self.stock, self.ordered
