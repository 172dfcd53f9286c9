import threading
import time


def tell_in_order(count, prepare, show):
    def worker(number):
        text = prepare(number)
        time.sleep(10 * number)
        show(text)

    threads = [threading.Thread(target=worker, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
