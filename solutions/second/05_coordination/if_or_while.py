"""05.4 Si o mientras: dos semáforos cuentan los sitios y las cosas / two semaphores count room and things"""

import threading


class Box:
    def __init__(self, capacity):
        self.capacity = capacity
        self.items = []
        self.lock = threading.Lock()
        self.room = threading.Semaphore(capacity)
        self.things = threading.Semaphore(0)

    def put(self, item):
        # El semáforo recuerda los avisos: no hay nada que volver a mirar.
        # A semaphore remembers: there is nothing to look at again.
        self.room.acquire()
        with self.lock:
            self.items.append(item)
        self.things.release()

    def get(self):
        self.things.acquire()
        with self.lock:
            item = self.items.pop(0)
        self.room.release()
        return item
