import threading
import time


def serve_all(customers, workers, serve):
    line = iter(customers)

    def work(number):
        time.sleep(number * 0.1)
        for customer in line:
            serve(customer)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
