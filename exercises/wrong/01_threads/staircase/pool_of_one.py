from concurrent.futures import ThreadPoolExecutor


def download_all(addresses, download):
    with ThreadPoolExecutor(max_workers=1) as pool:
        return list(pool.map(download, addresses))
