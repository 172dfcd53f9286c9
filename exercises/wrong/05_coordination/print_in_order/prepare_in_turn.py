import threading


def tell_in_order(count, prepare, show):
    turns = [threading.Event() for _ in range(count + 1)]
    turns[0].set()

    def worker(number):
        turns[number].wait()
        show(prepare(number))
        turns[number + 1].set()

    threads = [threading.Thread(target=worker, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
