import multiprocessing

CORES = 2
context = multiprocessing.get_context("fork")


def render_all(images, render):
    tiles = [tile for image in images for tile in image]
    results = context.Queue()
    next_one = context.Value("i", 0)
    processes = [context.Process(target=_render, args=(tiles, next_one, render, results)) for _ in range(CORES)]
    for process in processes:
        process.start()
    found = dict(results.get() for _ in tiles)
    for process in processes:
        process.join()
    return found


def _render(tiles, next_one, render, results):
    while True:
        mine = next_one.value
        next_one.value += 1
        if mine >= len(tiles):
            return
        results.put((tiles[mine], render(tiles[mine])))
