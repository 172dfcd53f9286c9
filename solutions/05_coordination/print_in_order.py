"""05.1 Imprimir en orden / Print in order"""

import threading


def tell_in_order(count, prepare, show):
    # Una señal por turno: la pone quien acaba de enseñar su texto.
    # A signal a turn: set by the one who has just shown its text.
    turns = [threading.Event() for _ in range(count + 1)]
    turns[0].set()

    def worker(number):
        text = prepare(number)  # todos a la vez / all at the same time
        turns[number].wait()
        show(text)
        turns[number + 1].set()

    threads = [threading.Thread(target=worker, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
