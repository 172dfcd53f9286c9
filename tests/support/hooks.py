"""Hooks for tests of the instrumentation: they let everything pass, and may note what they were told."""

from typing import Any

from hilos.explore.instrument.points import Point, Site, stepping


class SilentHooks:
    """Hooks that do nothing: the instrumented program must behave exactly as the plain one."""

    def load_attribute(self, owner: Any, site: Site, /) -> Any:
        return owner

    def load_method(self, owner: Any, site: Site, /) -> Any:
        return owner

    def store_attribute(self, owner: Any, site: Site, /) -> Any:
        return owner

    def delete_attribute(self, owner: Any, site: Site, /) -> Any:
        return owner

    def load_item(self, container: Any, key: Any, site: Site, /) -> None: ...

    def store_item(self, container: Any, key: Any, site: Site, /) -> None: ...

    def delete_item(self, container: Any, key: Any, site: Site, /) -> None: ...

    def contains(self, container: Any, key: Any, site: Site, /) -> Any:
        return container

    def iterate(self, iterable: Any, site: Site, /) -> Any:
        if type(iterable) in (list, dict, set):
            return stepping(iterable, lambda: self.step(iterable, site))
        return iterable

    def step(self, iterable: Any, site: Site, /) -> None: ...

    def read(self, value: Any, site: Site, /) -> Any:
        return value

    def operands(self, left: Any, right: Any, site: Site, /) -> None: ...

    def inplace(self, left: Any, right: Any, site: Site, /) -> None: ...

    def call(self, function: Any, site: Site, /, *arguments: Any, **named: Any) -> Any:
        return function

    def enter(self, manager: Any, site: Site, /) -> Any:
        return manager

    def repeat(self, site: Site, /) -> None: ...

    def value(self, value: Any, site: Site, /) -> Any:
        return value

    def substitutes(self, value: Any, /) -> bool:
        return False

    def load_global(self, site: Site, /) -> None: ...

    def store_global(self, site: Site, /) -> None: ...

    def delete_global(self, site: Site, /) -> None: ...

    def load_cell(self, probe: Any, site: Site, /) -> None: ...

    def store_cell(self, probe: Any, site: Site, /) -> None: ...

    def delete_cell(self, probe: Any, site: Site, /) -> None: ...


class NotingHooks(SilentHooks):
    """Hooks that note every operation, as `(point, text)`: what a reader would call it."""

    def __init__(self) -> None:
        self.noted: list[tuple[Point, str]] = []

    def __getattribute__(self, hook: str) -> Any:
        found = super().__getattribute__(hook)
        if hook in _NOTED:

            def noting(*arguments: Any, **named: Any) -> Any:
                site = next(part for part in arguments if type(part) is Site)
                name = "" if site.point in (Point.OPERANDS, Point.INPLACE) else site.name
                self.noted.append((site.point, ".".join(part for part in (site.owner, name) if part)))
                return found(*arguments, **named)

            return noting
        return found


_NOTED = frozenset(name for name in vars(SilentHooks) if not name.startswith("_")) - {"step", "substitutes", "repeat"}
