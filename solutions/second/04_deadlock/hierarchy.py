"""04.2 Jerarquía: el rango más alto, en cada hilo / the highest rank, in each thread"""

import threading


class HierarchyError(RuntimeError):
    pass


class _Top(threading.local):
    rank = 0  # nada tomado / nothing held


top = _Top()


class RankedLock:
    def __init__(self, rank):
        self.rank = rank
        self._lock = threading.Lock()
        self._before = 0

    def __enter__(self):
        if top.rank >= self.rank:
            raise HierarchyError(f"{self.rank} after {top.rank}")
        self._lock.acquire()
        # Ya es mío: puedo guardar en él a qué rango se vuelve.
        # It is mine now: I may keep in it which rank to go back to.
        self._before, top.rank = top.rank, self.rank
        return self

    def __exit__(self, *error):
        top.rank = self._before
        self._lock.release()


class Shop:
    def __init__(self, stock):
        self.orders = RankedLock(1)
        self.shelf = RankedLock(2)
        self.stock = stock
        self.ordered = 0

    def sell(self):
        with self.orders:
            with self.shelf:
                self.stock -= 1
            # report() necesita los pedidos: no entra hasta que estén los dos.
            # report() needs the orders: it does not get in before both are done.
            self.ordered += 1

    def reorder(self):
        with self.orders:
            self.ordered += 1

    def report(self):
        with self.orders, self.shelf:
            return self.stock, self.ordered
