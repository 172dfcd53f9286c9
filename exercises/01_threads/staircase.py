"""01.2 La escalera / The staircase

download(address) tarda un segundo, casi todo de espera. Con cuatro direcciones
esto tarda cuatro segundos; tiene que tardar uno.

download(address) takes a second, nearly all of it waiting. With four addresses
this takes four seconds; it has to take one.
"""

import threading


def download_all(addresses, download):
    results = [None] * len(addresses)

    def fetch(position):
        results[position] = download(addresses[position])

    for position in range(len(addresses)):
        thread = threading.Thread(target=fetch, args=(position,))
        thread.start()
        # TODO: ¿a quién espera esta línea, y quién espera por ella?
        # TODO: whom does this line wait for, and who waits because of it?
        thread.join()
    return results
