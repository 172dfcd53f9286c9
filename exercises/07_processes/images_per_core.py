"""07.6 Imágenes por núcleo / Images per core

render_all() hace los trozos de todas las imágenes con un proceso por núcleo y
devuelve {trozo: resultado}. Hay una imagen enorme, y hoy todo acaba en el núcleo 0.

render_all() makes the tiles of all images with a process for each core and
returns {tile: result}. One image is huge, and today all ends up on core 0.
"""

import multiprocessing
import os

CORES = 2
context = multiprocessing.get_context("fork")


def render_all(images, render):
    # TODO: ¿quién hereda esta afinidad?
    # TODO: who inherits this affinity?
    os.sched_setaffinity(0, {0})
    results = context.Queue()
    # TODO: ¿cuánto trabajo le toca a cada proceso?
    # TODO: how much work does each process get?
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
