"""09.1 Funcionaba con GIL / It worked with the GIL"""

import threading

NOBODY = object()


def serve_all(customers, workers, serve):
    line = iter(customers)
    turn = threading.Lock()

    def work():
        while True:
            # Un solo hilo avanza el iterador; atender va fuera, para que se haga a la vez.
            # Only one thread moves the iterator; serving stays outside, so that it is done at the same time.
            with turn:
                customer = next(line, NOBODY)
            if customer is NOBODY:
                return
            serve(customer)

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
