import threading


def serve_all(customers, workers, serve):
    line = iter(customers)

    def work():
        turn = threading.Lock()
        while True:
            with turn:
                customer = next(line, None)
            if customer is None:
                return
            serve(customer)

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
