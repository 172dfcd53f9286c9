import threading


def tell_in_order(count, prepare, show):
    event = threading.Event()

    def worker(number):
        text = prepare(number)
        if number > 0:
            event.wait()
        show(text)
        event.set()

    threads = [threading.Thread(target=worker, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
