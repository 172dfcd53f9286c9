"""07.6 Imágenes por núcleo: quien acaba toma el siguiente / whoever is done takes the next"""

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
        # El siguiente trozo es de quien lo apunte; el sistema reparte los núcleos.
        # The next tile is of whoever notes it; the system deals out the cores.
        with next_one.get_lock():
            mine = next_one.value
            next_one.value += 1
        if mine >= len(tiles):
            return
        results.put((tiles[mine], render(tiles[mine])))
