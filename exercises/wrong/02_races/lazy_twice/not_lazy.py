import threading  # noqa: F401


class Lazy:
    def __init__(self, build):
        self._value = build()

    def get(self):
        return self._value
