import threading


def serve_all(customers, workers, serve):
    line = iter(customers)
    served = set()
    lock = threading.Lock()

    def work():
        for customer in line:
            with lock:
                if customer in served:
                    continue
                served.add(customer)
            serve(customer)

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
