"""01.3 El resultado perdido / The lost return"""

import threading


def apply_all(function, values):
    values = list(values)
    results = [None] * len(values)

    def work(position, value):
        # Lo que devuelve el hilo se pierde: hay que dejarlo en algún sitio.
        # What the thread returns is lost: it has to be left somewhere.
        results[position] = function(value)

    # args= guarda los valores de ahora, no los nombres.
    # args= keeps the values of now, not the names.
    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(values)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results  # después de join(), y no antes / after join(), and not before
