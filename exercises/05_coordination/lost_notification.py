"""05.3 El aviso perdido / The lost notification

Cada obrero llama a done() al terminar, y wait_all() espera a que terminen todos. Si
terminan antes de que alguien espere, esa espera no acaba nunca.

Each worker calls done() when it has finished, and wait_all() waits until all have.
If they finish before anybody waits, that wait never ends.
"""

import threading


class Finish:
    def __init__(self, workers):
        self.left = workers
        self.changed = threading.Condition()

    def done(self):
        with self.changed:
            self.left -= 1
            if self.left == 0:
                # TODO: ¿quién oye este aviso si todavía no espera nadie? ¿Y si esperan dos?
                # TODO: who hears this if nobody waits yet? And if two are waiting?
                self.changed.notify()

    def wait_all(self):
        with self.changed:
            # TODO
            self.changed.wait()
