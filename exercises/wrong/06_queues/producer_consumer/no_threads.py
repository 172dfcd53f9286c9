import queue  # noqa: F401
import threading  # noqa: F401


def process(items, workers, work):
    for item in items:
        work(item)
