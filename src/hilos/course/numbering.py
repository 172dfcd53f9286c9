"""`id()` as answers see it: the same numbers in each execution.

Answers put locks in order by `id(account)`, which is right: any order will do that is the same for all threads.  What
CPython gives is an address, another one in each execution, so that a schedule would not say all of an execution.
"""

from typing import Any


def alike(thing: Any) -> int:
    """The hash of instances of the answer's classes that have none of their own.

    CPython's comes from the address, and with it the order of a set.  With this one a set of such objects has them in
    the order in which they came, the one that says most about who relies on another.
    """
    return 0


class Number:
    """Numbers objects in the order in which they are asked for."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[int, Any]] = {}

    def __call__(self, thing: Any, /) -> int:
        number, _kept = self._known.setdefault(id(thing), (len(self._known) + 1, thing))
        return number

    def hash(self, thing: Any, /) -> int:
        """`hash()` as answers see it."""
        own: Any = type(thing).__hash__
        return self(thing) if own is alike else hash(thing)

    def forget(self) -> None:
        """Another execution begins."""
        self._known.clear()


number = Number()
