import multiprocessing  # noqa: F401


def total(parts, count):
    return sum(count(part) for part in parts)
