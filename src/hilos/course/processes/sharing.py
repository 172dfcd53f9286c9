"""Which things are the same in all processes."""

from typing import Any


class Shared:
    """Base of what processes share by its nature."""


class Sharing:
    """What is shared in one execution, and the start method of the context that made it."""

    def __init__(self) -> None:
        self._things: dict[int, tuple[Any, str]] = {}

    def add(self, thing: Any, method: str) -> None:
        """Declare that `thing` is the same in all processes; it is kept alive, so that its identity stays its own."""
        self._things[id(thing)] = (thing, method)

    def holds(self, thing: Any) -> bool:
        """Whether it is."""
        return id(thing) in self._things or isinstance(thing, Shared)

    def made_by(self, thing: Any) -> str:
        """Start method of its context; empty for what any process may be given."""
        return self._things[id(thing)][1] if id(thing) in self._things else ""
