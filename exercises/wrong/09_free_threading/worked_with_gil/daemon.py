import threading


def serve_all(customers, workers, serve):
    line = iter(customers)
    turn = threading.Lock()

    def work():
        while True:
            with turn:
                customer = next(line, None)
            if customer is None:
                return
            serve(customer)

    for _ in range(workers):
        threading.Thread(target=work, daemon=True).start()
