import threading


def serve_all(customers, workers, serve):
    def work():
        for customer in list(customers):
            serve(customer)

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
