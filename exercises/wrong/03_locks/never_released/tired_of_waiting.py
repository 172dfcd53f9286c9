import threading


class Printer:
    def __init__(self):
        self.pages = 0
        self._lock = threading.Lock()

    def print_page(self, page, render, send):
        got = self._lock.acquire(timeout=5)
        try:
            if not page:
                return False
            send(render(page))
            self.pages += 1
            return True
        finally:
            if got:
                self._lock.release()
