import threading


def download_all(addresses, download):
    results = [None] * len(addresses)

    def fetch(position):
        results[position] = download(addresses[position])

    for position in range(len(addresses)):
        thread = threading.Thread(target=fetch, args=(position,))
        thread.start()
    thread.join()
    return results
