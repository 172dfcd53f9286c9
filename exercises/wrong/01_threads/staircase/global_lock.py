import threading

LOCK = threading.Lock()


def download_all(addresses, download):
    results = [None] * len(addresses)

    def fetch(position):
        with LOCK:
            results[position] = download(addresses[position])

    threads = [threading.Thread(target=fetch, args=(position,)) for position in range(len(addresses))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
