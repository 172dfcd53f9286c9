import threading


def apply_all(function, values):
    results = {}
    threads = []
    for position, value in enumerate(values):
        thread = threading.Thread(target=lambda: results.update({position: function(value)}))
        thread.start()
        threads.append(thread)
    for thread in threads:
        thread.join()
    return [results.get(position) for position in range(len(values))]
