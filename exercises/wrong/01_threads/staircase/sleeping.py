import threading
import time


def download_all(addresses, download):
    results = [None] * len(addresses)

    def fetch(position):
        results[position] = download(addresses[position])

    for position in range(len(addresses)):
        threading.Thread(target=fetch, args=(position,)).start()
    time.sleep(1)
    return results
