"""05.3 El aviso perdido: un Event sí recuerda / an Event does remember"""

import threading


class Finish:
    def __init__(self, workers):
        self.left = workers
        self.lock = threading.Lock()
        self.all_done = threading.Event()

    def done(self):
        with self.lock:
            self.left -= 1
            last = self.left == 0
        if last:
            self.all_done.set()

    def wait_all(self):
        self.all_done.wait()
