import multiprocessing  # noqa: F401

CORES = 2


def render_all(images, render):
    return {tile: render(tile) for image in images for tile in image}
