import threading

result = None


def apply_all(function, values):
    def work(value):
        global result
        result = function(value)

    results = []
    threads = [threading.Thread(target=work, args=(value,)) for value in values]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
        results.append(result)
    return results
