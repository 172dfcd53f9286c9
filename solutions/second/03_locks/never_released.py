"""03.1 El lock que no se suelta: try y finally, y lo lento fuera / try and finally, and the slow part outside"""

import threading


class Printer:
    def __init__(self):
        self.pages = 0
        self._lock = threading.Lock()

    def print_page(self, page, render, send):
        if not page:
            return False
        text = render(page)  # no toca nada común / touches nothing shared
        self._lock.acquire()  # antes del try: si falla, no hay nada que soltar
        #                       before the try: if it fails, there is nothing to give back
        try:
            send(text)
            self.pages += 1
        finally:
            self._lock.release()
        return True
