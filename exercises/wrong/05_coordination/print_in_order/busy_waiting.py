import threading


def tell_in_order(count, prepare, show):
    turn = [0]

    def worker(number):
        text = prepare(number)
        while turn[0] != number:
            pass
        show(text)
        turn[0] += 1

    threads = [threading.Thread(target=worker, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
