import threading


def serve_all(customers, workers, serve):
    line = iter(customers)

    def work():
        while True:
            try:
                customer = next(line)
            except ValueError:
                continue
            except StopIteration:
                return
            serve(customer)

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
