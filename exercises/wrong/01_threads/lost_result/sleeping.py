import threading
import time


def apply_all(function, values):
    results = [None] * len(values)

    def work(position, value):
        results[position] = function(value)

    for position, value in enumerate(values):
        threading.Thread(target=work, args=(position, value)).start()
    time.sleep(10)
    return results
