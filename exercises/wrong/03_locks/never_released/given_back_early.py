import threading


class Printer:
    def __init__(self):
        self.pages = 0
        self._lock = threading.Lock()

    def print_page(self, page, render, send):
        with self._lock:
            if not page:
                return False
            text = render(page)
        send(text)
        with self._lock:
            self.pages += 1
        return True
