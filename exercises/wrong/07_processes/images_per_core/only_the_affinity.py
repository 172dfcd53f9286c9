import multiprocessing

CORES = 2
context = multiprocessing.get_context("fork")


def render_all(images, render):
    results = context.Queue()
    processes = [context.Process(target=_render, args=(images[core::CORES], render, results)) for core in range(CORES)]
    for process in processes:
        process.start()
    found = dict(results.get() for image in images for _ in image)
    for process in processes:
        process.join()
    return found


def _render(images, render, results):
    for image in images:
        for tile in image:
            results.put((tile, render(tile)))
