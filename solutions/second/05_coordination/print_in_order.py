"""05.1 Imprimir en orden: cada hilo espera al anterior / each thread waits for the one before"""

import threading


def tell_in_order(count, prepare, show):
    threads = []

    def worker(number):
        text = prepare(number)
        if number > 0:
            threads[number - 1].join()
        show(text)

    # Todos existen antes de que empiece el primero.
    # All of them exist before the first begins.
    threads += [threading.Thread(target=worker, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
