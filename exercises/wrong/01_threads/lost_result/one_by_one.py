import threading


def apply_all(function, values):
    results = []
    for value in values:
        thread = threading.Thread(target=lambda value=value: results.append(function(value)))
        thread.start()
        thread.join()
    return results
