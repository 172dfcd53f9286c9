import threading


def tell_in_order(count, prepare, show):
    turns = [threading.Event() for _ in range(count + 1)]
    turns[0].set()

    def worker(number):
        text = prepare(number)
        turns[number].wait()
        show(text)
        turns[number + 1].set()

    for number in range(count):
        threading.Thread(target=worker, args=(number,), daemon=True).start()
