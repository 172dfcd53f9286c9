import threading


class Printer:
    def __init__(self):
        self.pages = 0
        self._lock = threading.Lock()

    def print_page(self, page, render, send):
        with self._lock:
            if not page:
                return False
            try:
                send(render(page))
            except Exception:
                return False
            self.pages += 1
            return True
