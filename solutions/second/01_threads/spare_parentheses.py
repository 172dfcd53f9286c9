"""01.1 Paréntesis de más: uno de los dos trabajos puede hacerlo quien llama / the caller can do one of the two"""

import threading


class Background(threading.Thread):
    def __init__(self, work):
        super().__init__()
        self._work = work

    def run(self):
        # Lo que start() ejecuta en el hilo nuevo.
        # What start() runs in the new thread.
        self._work()


def in_background(work):
    thread = Background(work)
    thread.start()
    return thread


def both(first, second):
    thread = in_background(first)
    second()
    thread.join()
