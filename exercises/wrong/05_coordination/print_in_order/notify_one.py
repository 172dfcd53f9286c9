import threading


def tell_in_order(count, prepare, show):
    changed = threading.Condition()
    turn = [0]

    def worker(number):
        text = prepare(number)
        with changed:
            while turn[0] != number:
                changed.wait()
            show(text)
            turn[0] += 1
            changed.notify()

    threads = [threading.Thread(target=worker, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
