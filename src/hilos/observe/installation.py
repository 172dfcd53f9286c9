"""`install()`: every lock that a program makes from now on is an observed one, though the program knows nothing of it.

The names in `threading` and `multiprocessing` by which programs make locks are replaced; what exists already stays as
it is, and so does what those two packages make for their own use.  `isinstance` with the replaced names accepts what
was made before, too.
"""

import sys
import threading
from typing import Any

from hilos.observe.conditions import Condition
from hilos.observe.forking import prepare
from hilos.observe.gates import Barrier, Event
from hilos.observe.locks import LOCK_IS_A_CLASS, Lock, make_lock, make_rlock
from hilos.observe.semaphores import BoundedSemaphore, Semaphore

_THREADING: dict[str, Any] = {
    "Lock": Lock if LOCK_IS_A_CLASS else make_lock,
    "RLock": make_rlock,
    "Condition": Condition,
    "Semaphore": Semaphore,
    "BoundedSemaphore": BoundedSemaphore,
    "Event": Event,
    "Barrier": Barrier,
}
_SHARED = ("Lock", "RLock", "Semaphore", "BoundedSemaphore")

_replaced: list[tuple[Any, str, Any]] = []


def installed() -> bool:
    """Whether `install` is in force."""
    return bool(_replaced)


def install() -> None:
    """Replace the factories of `threading` and `multiprocessing` by observed ones; twice is as good as once."""
    if _replaced:
        return
    prepare()
    for name, observed in _THREADING.items():
        _replace(threading, name, observed)
    try:
        import multiprocessing
        import multiprocessing.context
        import multiprocessing.synchronize
    except ImportError:  # a platform without semaphores
        return
    for name in _SHARED:
        _replace(multiprocessing.context.BaseContext, name, _maker(name))
        # `multiprocessing.Lock` is the default context's method, bound when the package was imported.
        _replace(multiprocessing, name, getattr(multiprocessing.context._default_context, name))


def uninstall() -> None:
    """Put the originals back; observed locks that exist go on being observed."""
    while _replaced:
        owner, name, original = _replaced.pop()
        setattr(owner, name, original)


def _replace(owner: Any, name: str, replacement: Any) -> None:
    _replaced.append((owner, name, vars(owner)[name]))
    setattr(owner, name, replacement)


def _maker(name: str) -> Any:
    """The context's method that makes an observed lock, unless multiprocessing itself asks for it."""
    import multiprocessing.context

    original = vars(multiprocessing.context.BaseContext)[name]

    def make(self: Any, *arguments: Any, **named: Any) -> Any:
        if str(sys._getframe(1).f_globals.get("__name__", "")).startswith("multiprocessing."):
            return original(self, *arguments, **named)
        from hilos.observe import processes

        observed = getattr(processes, f"MP{name}")
        return observed(*arguments, ctx=self.get_context(), **named)

    make.__name__ = make.__qualname__ = name
    return make
