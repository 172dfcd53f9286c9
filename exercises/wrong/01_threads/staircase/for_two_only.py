import threading


def download_all(addresses, download):
    results = [None] * len(addresses)

    def fetch(position):
        results[position] = download(addresses[position])

    for first in range(0, len(addresses), 2):
        pair = range(first, min(first + 2, len(addresses)))
        threads = [threading.Thread(target=fetch, args=(position,)) for position in pair]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return results
