import threading


def serve_all(customers, workers, serve):
    line = iter(customers)

    def work():
        for customer in line:
            serve(customer)

    for _ in range(workers):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
