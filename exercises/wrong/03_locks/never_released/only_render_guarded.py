import threading


class Printer:
    def __init__(self):
        self.pages = 0
        self._lock = threading.Lock()

    def print_page(self, page, render, send):
        if not page:
            return False
        self._lock.acquire()
        try:
            text = render(page)
        except Exception:
            self._lock.release()
            raise
        send(text)
        self.pages += 1
        self._lock.release()
        return True
