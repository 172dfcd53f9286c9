"""02.1 El contador que miente / The lying counter"""

import threading


class Counter:
    def __init__(self):
        self.value = 0
        self._lock = threading.Lock()  # uno por contador: protege este value
        #                                one a counter: it guards this value

    def increment(self):
        # Leer, sumar y escribir, sin que nadie entre en medio.
        # Read, add and write, with nobody coming in between.
        with self._lock:
            self.value += 1
