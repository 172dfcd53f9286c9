"""Memory that processes share: `Value` and `Array`."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from hilos.course.processes.sharing import Shared
from hilos.events import Kind
from hilos.explore.primitives.lock import RLock
from hilos.explore.runtime.verbs import SHIFT, WRITE, running

if TYPE_CHECKING:
    from hilos.course.processes.machine import Machine


class Synchronized(Shared):
    """Memory that processes share, with a lock of its own unless it was made without."""

    def __init__(self, machine: "Machine", lock: Any) -> None:
        self._verbs = running()
        self._place = self._verbs.number(self, type(self).__name__) << SHIFT
        self._lock = machine.share(RLock()) if lock is True else lock or None

    def get_lock(self) -> Any:
        """The lock that each access takes; take it yourself to make several accesses one."""
        if self._lock is None:
            raise AttributeError("'Synchronized' object without lock has no attribute 'get_lock'")
        return self._lock

    def acquire(self, *arguments: Any) -> bool:
        """Take the lock."""
        return bool(self.get_lock().acquire(*arguments))

    def release(self) -> None:
        """Give it back."""
        self.get_lock().release()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_error: object) -> None:
        self.release()

    def _access(self, write: bool, act: Callable[[], Any]) -> Any:
        if self._lock is not None:
            self._lock.acquire()
        try:
            self._verbs.step(self._place | WRITE if write else self._place, Kind.WRITE if write else Kind.READ)
            result = act()
            self._verbs.note(result)
            return result
        finally:
            if self._lock is not None:
                self._lock.release()


class Value(Synchronized):
    """`multiprocessing.Value`: each access takes the lock, so a read and a write are two."""

    def __init__(self, machine: "Machine", _kind: Any, initial: Any = 0, *, lock: Any = True) -> None:
        super().__init__(machine, lock)
        self._value = initial

    @property
    def value(self) -> Any:
        """What it holds."""
        return self._access(False, lambda: self._value)

    @value.setter
    def value(self, new: Any) -> None:
        def change() -> Any:
            self._value = new
            return new

        self._access(True, change)


class Array(Synchronized):
    """`multiprocessing.Array`."""

    def __init__(self, machine: "Machine", _kind: Any, initial: Any, *, lock: Any = True) -> None:
        super().__init__(machine, lock)
        self._items = [0] * initial if isinstance(initial, int) else list(initial)

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, index: Any) -> Any:
        return self._access(False, lambda: self._items[index])

    def __setitem__(self, index: Any, value: Any) -> None:
        self._access(True, lambda: self._items.__setitem__(index, value))

    def __iter__(self) -> Iterator[Any]:
        return iter([self[index] for index in range(len(self._items))])
