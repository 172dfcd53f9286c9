import queue
import threading

CORES = 2


def render_all(images, render):
    results = queue.Queue()
    tiles = [tile for image in images for tile in image]
    processes = [
        threading.Thread(target=_render, args=(core, tiles[core::CORES], render, results)) for core in range(CORES)
    ]
    for process in processes:
        process.start()
    found = dict(results.get() for image in images for _ in image)
    for process in processes:
        process.join()
    return found


def _render(core, tiles, render, results):
    for tile in tiles:
        results.put((tile, render(tile)))
