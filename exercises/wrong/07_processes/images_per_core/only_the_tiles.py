import multiprocessing
import os

CORES = 2
context = multiprocessing.get_context("fork")


def render_all(images, render):
    os.sched_setaffinity(0, {0})
    results = context.Queue()
    tiles = [tile for image in images for tile in image]
    processes = [
        context.Process(target=_render, args=(core, tiles[core::CORES], render, results)) for core in range(CORES)
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
