import threading


def download_all(addresses, download):
    results = []

    def fetch(address):
        results.append(download(address))

    threads = [threading.Thread(target=fetch, args=(address,)) for address in addresses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
