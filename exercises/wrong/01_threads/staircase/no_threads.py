def download_all(addresses, download):
    return [download(address) for address in addresses]
