import threading


def tell_in_order(count, prepare, show):
    lock = threading.Lock()

    def worker(number):
        text = prepare(number)
        with lock:
            show(text)

    threads = [threading.Thread(target=worker, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
