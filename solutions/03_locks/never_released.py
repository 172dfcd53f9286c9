"""03.1 El lock que no se suelta / The lock never released"""

import threading


class Printer:
    def __init__(self):
        self.pages = 0
        self._lock = threading.Lock()

    def print_page(self, page, render, send):
        # with lo suelta al salir, se salga como se salga.
        # with gives it back on the way out, whatever that way is.
        with self._lock:
            if not page:
                return False
            send(render(page))
            self.pages += 1
            return True
