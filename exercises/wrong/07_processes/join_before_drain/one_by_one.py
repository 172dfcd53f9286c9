import multiprocessing


def collect(parts, render):
    results = multiprocessing.Queue()
    processes = [multiprocessing.Process(target=_render, args=(part, render, results)) for part in parts]
    found = []
    for part, process in zip(parts, processes, strict=True):
        process.start()
        found += [results.get() for _ in part]
        process.join()
    return found


def _render(part, render, results):
    for piece in part:
        results.put(render(piece))
