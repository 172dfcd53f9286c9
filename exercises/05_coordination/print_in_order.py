"""05.1 Imprimir en orden / Print in order

Cada hilo prepara su texto, que tarda, y lo enseña. Los textos tienen que salir en
orden, 0, 1, 2..., y prepararse todos a la vez.

Each thread prepares its text, which takes a while, and shows it. The texts have to
come out in order, 0, 1, 2..., and all be prepared at the same time.
"""

import threading
import time


def tell_in_order(count, prepare, show):
    def worker(number):
        text = prepare(number)
        # TODO: dormir no espera a nadie. ¿A quién tiene que esperar este hilo?
        # TODO: sleeping waits for nobody. Whom does this thread have to wait for?
        time.sleep(0.1 * number)
        show(text)

    threads = [threading.Thread(target=worker, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
