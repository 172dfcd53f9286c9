"""07.6 Imágenes por núcleo / Images per core"""

import multiprocessing
import os

CORES = 2
context = multiprocessing.get_context("fork")


def render_all(images, render):
    results = context.Queue()
    # Se reparten trozos, no imágenes: son todos iguales, y a cada núcleo le tocan tantos como a otro.
    # Tiles are dealt out, not images: they are all alike, and each core gets as many as another.
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
    # Cada proceso fija su propia afinidad; la del padre la heredarían todos.
    # Each process sets its own affinity; the parent's would be inherited by all.
    os.sched_setaffinity(0, {core})
    for tile in tiles:
        results.put((tile, render(tile)))
