import threading


def serve_all(customers, workers, serve):
    line = iter(customers)

    def work():
        for customer in line:
            serve(customer)

    threads = [threading.Thread(target=work) for _ in range(1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
