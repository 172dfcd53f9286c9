"""01.2 La escalera / The staircase"""

import threading


def download_all(addresses, download):
    results = [None] * len(addresses)

    def fetch(position):
        # Cada hilo escribe en su casilla: el orden queda asegurado.
        # Each thread writes to its own place: the order is assured.
        results[position] = download(addresses[position])

    threads = [threading.Thread(target=fetch, args=(position,)) for position in range(len(addresses))]
    for thread in threads:  # primero, todos en marcha / first, all of them going
        thread.start()
    for thread in threads:  # después, esperar a cada uno / then, wait for each
        thread.join()
    return results
