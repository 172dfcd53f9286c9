import threading


class Printer:
    def __init__(self):
        self.pages = 0
        self._lock = threading.Lock()

    def print_page(self, page, render, send):
        self._lock.acquire()
        try:
            if not page:
                return False
            send(render(page))
            self.pages += 1
        except Exception:
            self._lock.release()
            raise
        self._lock.release()
        return True
