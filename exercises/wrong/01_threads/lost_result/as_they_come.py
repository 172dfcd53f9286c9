import threading


def apply_all(function, values):
    results = []
    threads = [threading.Thread(target=lambda value=value: results.append(function(value))) for value in values]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
