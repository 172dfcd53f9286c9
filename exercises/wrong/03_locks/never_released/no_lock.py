import threading


class Printer:
    def __init__(self):
        self.pages = 0
        self._lock = threading.Lock()

    def print_page(self, page, render, send):
        if not page:
            return False
        send(render(page))
        self.pages += 1
        return True
