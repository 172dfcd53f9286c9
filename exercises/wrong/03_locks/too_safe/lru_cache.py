import functools


class Cache:
    def __init__(self, load):
        self._get = functools.lru_cache(maxsize=None)(load)

    def get(self, key):
        return self._get(key)
