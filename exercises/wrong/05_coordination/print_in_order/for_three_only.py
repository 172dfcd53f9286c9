import threading


def tell_in_order(count, prepare, show):
    first, second = threading.Event(), threading.Event()

    def worker(number):
        text = prepare(number)
        if number == 1:
            first.wait()
        if number == 2:
            second.wait()
        show(text)
        if number == 0:
            first.set()
        if number == 1:
            second.set()

    threads = [threading.Thread(target=worker, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
