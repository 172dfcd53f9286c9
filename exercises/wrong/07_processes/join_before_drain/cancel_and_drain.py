import multiprocessing


def collect(parts, render):
    results = multiprocessing.Queue()
    processes = [multiprocessing.Process(target=_render, args=(part, render, results)) for part in parts]
    for process in processes:
        process.start()
    found = [results.get() for part in parts for _ in part]
    for process in processes:
        process.join()
    return found


def _render(part, render, results):
    for piece in part:
        results.put(render(piece))
    results.cancel_join_thread()
