"""09.1 Funcionaba con GIL / It worked with the GIL"""

import queue
import threading


def serve_all(customers, workers, serve):
    # Una cola está hecha para que la usen varios hilos: el iterador lo recorre uno solo.
    # A queue is made to be used by several threads: only one goes through the iterator.
    line = queue.SimpleQueue()
    for customer in customers:
        line.put((customer,))
    for _ in range(workers):
        line.put(None)

    def work():
        while (entry := line.get()) is not None:
            serve(*entry)

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
