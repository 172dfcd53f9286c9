import threading


def tell_in_order(count, prepare, show):
    for number in range(count):
        thread = threading.Thread(target=lambda number=number: show(prepare(number)))
        thread.start()
        thread.join()
