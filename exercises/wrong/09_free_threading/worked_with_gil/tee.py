import itertools
import threading


def serve_all(customers, workers, serve):
    copies = list(itertools.tee(customers, workers))

    def work():
        for customer in copies.pop():
            serve(customer)

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
