"""05.3 El aviso perdido / The lost notification"""

import threading


class Finish:
    def __init__(self, workers):
        self.left = workers
        self.changed = threading.Condition()

    def done(self):
        with self.changed:
            self.left -= 1
            if self.left == 0:
                self.changed.notify_all()  # pueden esperar varios / several may be waiting

    def wait_all(self):
        with self.changed:
            # El aviso no se recuerda, left sí: solo espera quien tiene a qué esperar.
            # A notification is not remembered, left is: wait only if there is reason to.
            while self.left > 0:
                self.changed.wait()
