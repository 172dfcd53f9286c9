"""Classes that stand in for a class of `threading` once observing is installed."""

from typing import Any


class StandIn(type):
    """Metaclass: what the original made counts as an instance.

    `isinstance(old, threading.Event)` must stay true for an event that was made before `threading.Event` was replaced.
    A class that stands in names the original in `_stands_for`; its subclasses are ordinary classes.
    """

    def __instancecheck__(cls, instance: Any) -> bool:
        original = cls.__dict__.get("_stands_for")
        return type.__instancecheck__(cls, instance) or (original is not None and isinstance(instance, original))

    def __subclasscheck__(cls, subclass: type) -> bool:
        original = cls.__dict__.get("_stands_for")
        return type.__subclasscheck__(cls, subclass) or (original is not None and issubclass(subclass, original))
