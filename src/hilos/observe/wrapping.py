"""`observe.lock(threading.Lock(), name="cuenta")`: the door for programs that name what they want observed."""

from typing import Any

from hilos.errors import UsageError
from hilos.locale import translator
from hilos.observe.conditions import Condition, RawCondition
from hilos.observe.forking import prepare
from hilos.observe.gates import Barrier, Event, RawBarrier, RawEvent
from hilos.observe.locks import LOCK_TYPES, _Observed, observed_lock, observed_rlock
from hilos.observe.records import Record
from hilos.observe.semaphores import BoundedSemaphore, RawBoundedSemaphore, RawSemaphore, Semaphore

_ = translator("observe")


def _not(what: str, given: object) -> UsageError:
    return UsageError(
        _("observe.{what} espera un objeto de threading o multiprocessing, y recibió {given}.").format(
            what=what, given=type(given).__name__
        )
    )


def lock(raw: Any, name: str | None = None) -> Any:
    """Observe a `threading.Lock`, and give what is to be used in its place.

    Arguments:
        raw: the lock, new and free.
        name: its human name; the line that calls this unless given.

    Raises:
        UsageError: `raw` is something else.
    """
    if isinstance(raw, _Observed):
        return _renamed(raw, name)
    if type(raw) is LOCK_TYPES[0]:
        prepare()
        return observed_lock(raw, name)
    if _is_shared(raw):
        return _shared(raw, name)
    raise _not("lock", raw)


def rlock(raw: Any, name: str | None = None) -> Any:
    """Observe a `threading.RLock`; as `lock`."""
    if isinstance(raw, _Observed):
        return _renamed(raw, name)
    if hasattr(raw, "_release_save"):
        prepare()
        return observed_rlock(raw, name)
    if _is_shared(raw):
        return _shared(raw, name)
    raise _not("rlock", raw)


def semaphore(raw: Any, name: str | None = None) -> Any:
    """Observe a `threading.Semaphore` or `BoundedSemaphore`; as `lock`."""
    if isinstance(getattr(raw, "_record", None), Record):
        return _renamed(raw, name)
    if type(raw) is RawSemaphore:
        return _become(raw, Semaphore, name)
    if type(raw) is RawBoundedSemaphore:
        return _become(raw, BoundedSemaphore, name)
    if _is_shared(raw):
        return _shared(raw, name)
    raise _not("semaphore", raw)


def condition(raw: Any, name: str | None = None) -> Any:
    """Observe a `threading.Condition` and its lock; as `lock`."""
    if isinstance(getattr(raw, "_record", None), Record):
        return _renamed(raw, name)
    if type(raw) is RawCondition:
        return _become(raw, Condition, name)
    raise _not("condition", raw)


def event(raw: Any, name: str | None = None) -> Any:
    """Observe a `threading.Event`; as `lock`."""
    if isinstance(getattr(raw, "_record", None), Record):
        return _renamed(raw, name)
    if type(raw) is RawEvent:
        return _become(raw, Event, name)
    raise _not("event", raw)


def barrier(raw: Any, name: str | None = None) -> Any:
    """Observe a `threading.Barrier`; as `lock`."""
    if isinstance(getattr(raw, "_record", None), Record):
        return _renamed(raw, name)
    if type(raw) is RawBarrier:
        return _become(raw, Barrier, name)
    raise _not("barrier", raw)


def _is_shared(raw: Any) -> bool:
    """Whether it is one of multiprocessing's; that package is imported by programs that use it only."""
    return type(raw).__module__ in ("multiprocessing.synchronize", "hilos.observe.processes")


def _shared(raw: Any, name: str | None) -> Any:
    from hilos.observe.processes import OBSERVED

    if type(raw) in OBSERVED.values():
        return _renamed(raw, name)
    if type(raw) not in OBSERVED:
        raise _not("lock", raw)
    return _become(raw, OBSERVED[type(raw)], name)


def _become(raw: Any, observed: Any, name: str | None) -> Any:
    """Make an object that is written in Python an observed one: same object, same state, other class."""
    prepare()
    raw.__class__ = observed
    raw._observe(name)
    return raw


def _renamed(observed: Any, name: str | None) -> Any:
    if name is not None:
        observed._record.name = name
    return observed
