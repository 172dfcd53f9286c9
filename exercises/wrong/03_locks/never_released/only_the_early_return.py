import threading


class Printer:
    def __init__(self):
        self.pages = 0
        self._lock = threading.Lock()

    def print_page(self, page, render, send):
        self._lock.acquire()
        if not page:
            self._lock.release()
            return False
        send(render(page))
        self.pages += 1
        self._lock.release()
        return True
