import threading


def count(parts, accept):
    counts = [0] * (len(parts) * 16)

    def work(number):
        for element in parts[number]:
            if accept(element):
                counts[number * 16] += 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(parts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts)
