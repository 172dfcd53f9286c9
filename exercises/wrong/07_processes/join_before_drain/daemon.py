import multiprocessing


def collect(parts, render):
    results = multiprocessing.Queue()
    processes = [multiprocessing.Process(target=_render, args=(part, render, results), daemon=True) for part in parts]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    found = []
    while not results.empty():
        found.append(results.get())
    return found


def _render(part, render, results):
    for piece in part:
        results.put(render(piece))
