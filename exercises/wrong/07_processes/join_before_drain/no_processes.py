import multiprocessing  # noqa: F401


def collect(parts, render):
    return [render(piece) for part in parts for piece in part]
