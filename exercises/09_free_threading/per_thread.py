"""09.2 Contadores por hilo / Per-thread partials

count() tiene un hilo por parte y devuelve cuántos elementos acepta accept(). El
resultado es bueno; pero cada elemento aceptado pasa por una memoria que usan
todos los hilos, y sin GIL eso es lo que hace que más hilos no sean más rápidos.

count() has a thread for each part and returns how many elements accept() accepts.
The result is right; but each accepted element goes through memory that all threads
use, and without the GIL that is what keeps more threads from being faster.
"""

import threading


def count(parts, accept):
    total = 0
    lock = threading.Lock()

    def work(part):
        nonlocal total
        for element in part:
            if accept(element):
                # TODO: en el bucle, nada que use otro hilo
                # TODO: in the loop, nothing that another thread uses
                with lock:
                    total += 1

    threads = [threading.Thread(target=work, args=(part,)) for part in parts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return total
