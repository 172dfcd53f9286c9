"""01.2 La escalera: con un grupo de hilos / with a pool of threads"""

from concurrent.futures import ThreadPoolExecutor


def download_all(addresses, download):
    # Un hilo por dirección; map devuelve los resultados en orden.
    # A thread an address; map gives the results in order.
    with ThreadPoolExecutor(max_workers=max(1, len(addresses))) as pool:
        return list(pool.map(download, addresses))
