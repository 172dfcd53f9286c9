import multiprocessing  # noqa: F401


def tally(parts, accept):
    return sum(1 for part in parts for number in part if accept(number))
