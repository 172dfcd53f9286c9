"""03.1 El lock que no se suelta / The lock never released

Una página vacía no se imprime, y render y send pueden fallar. Después de eso, la
impresora no vuelve a imprimir nada.

An empty page is not printed, and render and send may fail. After that the printer
prints nothing any more.
"""

import threading


class Printer:
    def __init__(self):
        self.pages = 0
        self._lock = threading.Lock()

    def print_page(self, page, render, send):
        self._lock.acquire()
        # TODO: ¿qué caminos salen de aquí sin soltar el lock?
        # TODO: which paths leave from here without giving the lock back?
        if not page:
            return False
        send(render(page))
        self.pages += 1
        self._lock.release()
        return True
