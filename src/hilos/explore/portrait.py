"""What can be seen of a state: to tell whether an invariant that should only look at it has changed it, and where."""

from collections import deque
from typing import Any

from hilos.explore.names import inside, state_name
from hilos.explore.primitives import namespace
from hilos.explore.recording import UNKNOWN, comparable, shown
from hilos.explore.runtime.execution import PLAIN

_MOST = 5_000
_TOLD = 3
_NOTHING = object()
_DOUBLES = tuple(set(namespace.DOUBLES))


class Portrait:
    """The values within a state as they are now.

    Attributes:
        values: each by the way to it (`account.log[0]`); of what is neither plain nor made of other things, its words.
        objects: the `id` of every object on the way.
    """

    def __init__(self, state: Any) -> None:
        self.values: dict[str, Any] = {}
        self.objects: set[int] = set()
        pending = deque([(state_name(state), state)])
        while pending and len(self.objects) < _MOST:
            name, thing = pending.popleft()
            kind = type(thing)
            if kind in PLAIN:
                self.values[name] = thing
            elif id(thing) not in self.objects and not isinstance(thing, _DOUBLES):
                self.objects.add(id(thing))
                if namespace.maker(kind) is None:
                    parts = inside(name, thing)
                    pending += parts
                    if not parts:
                        self.values[name] = comparable(thing)

    def differences(self, later: "Portrait") -> list[str]:
        """The first few that differ, as `account.balance: 1 → 2`."""
        told = []
        for name in self.values | later.values:
            before, after = (each.values.get(name, _NOTHING) for each in (self, later))
            if before is after or before is UNKNOWN or after is UNKNOWN:
                continue
            if type(before) is not type(after) or before != after:
                told.append(f"{name}: {_told(before)} → {_told(after)}")
        return told[:_TOLD]


def _told(value: object) -> str:
    return "—" if value is _NOTHING else shown(value)
