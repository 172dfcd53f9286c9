"""04.2 Jerarquía / Hierarchy

Los locks tienen rango y se toman siempre de menor a mayor. Pero nadie lo vigila, y
sell() sube: con el estante (2) tomado, reorder() pide los pedidos (1).

Locks have a rank and are always taken from low to high. But nobody watches, and
sell() climbs: with the shelf (2) held, reorder() asks for the orders (1).
"""

import threading


class HierarchyError(RuntimeError):
    pass


class RankedLock:
    def __init__(self, rank):
        self.rank = rank
        self._lock = threading.Lock()

    def __enter__(self):
        # TODO: HierarchyError, antes de esperar, si este hilo tiene un rango igual o mayor
        # TODO: HierarchyError, before waiting, if this thread holds an equal or higher rank
        self._lock.acquire()
        return self

    def __exit__(self, *error):
        self._lock.release()


class Shop:
    def __init__(self, stock):
        self.orders = RankedLock(1)
        self.shelf = RankedLock(2)
        self.stock = stock
        self.ordered = 0

    def sell(self):
        # TODO: cada venta se repone, y report() nunca ve una venta sin reponer
        # TODO: each sale is reordered, and report() never sees a sale without its order
        with self.shelf:
            self.stock -= 1
            self.reorder()

    def reorder(self):
        with self.orders:
            self.ordered += 1

    def report(self):
        with self.orders, self.shelf:
            return self.stock, self.ordered
