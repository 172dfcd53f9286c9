"""09.1 Funcionaba con GIL / It worked with the GIL

Varios hilos atienden a los mismos clientes: cada uno pide el siguiente y lo
atiende. Cada cliente tiene que ser atendido una sola vez. next() en un iterador
compartido es, sin GIL, leer la posición y luego escribirla.

Several threads serve the same customers: each asks for the next one and serves
them. Each customer has to be served exactly once. next() on a shared iterator is,
without the GIL, reading the position and then writing it.
"""

import threading


def serve_all(customers, workers, serve):
    line = iter(customers)

    def work():
        # TODO: dos hilos pueden pedir el siguiente a la vez
        # TODO: two threads can ask for the next one at once
        for customer in line:
            serve(customer)

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
