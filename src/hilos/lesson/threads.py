"""Running a lesson's tasks in threads at the same time, and how often the interpreter lets another one run.

Lessons that teach how threads are made do it in sight; the others use these two, so that what they do teach stands
out.
"""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from hilos.locale import translator

_ = translator("lesson")


@dataclass(frozen=True, slots=True)
class Together:
    """What `together` returns.

    Attributes:
        seconds: from the moment when all threads were let go to the end of the last.
        results: what each task returned, in the order of the tasks.
    """

    seconds: float
    results: tuple[Any, ...]


def together(*tasks: Callable[[], object], limit: float = 30.0) -> Together:
    """Run each task in a thread of its own, all let go at the same moment, and wait for all of them.

    The threads are daemons: Ctrl+C leaves at once, and a task that never ends holds nobody up.

    Arguments:
        tasks: called without arguments (`functools.partial` binds them).
        limit: seconds to wait for the end of all.

    Raises:
        TimeoutError: some had not ended by then; the message names their threads.
        BaseException: what the first task that failed raised, if one did.
    """
    ready = threading.Barrier(len(tasks) + 1)
    results: list[Any] = [None] * len(tasks)
    failures: list[BaseException] = []

    def run(index: int, task: Callable[[], object]) -> None:
        ready.wait()
        try:
            results[index] = task()
        except BaseException as failure:  # noqa: BLE001  handed to the caller below
            failures.append(failure)

    threads = [
        threading.Thread(target=run, args=(index, task), name=_("hilo {n}").format(n=index + 1), daemon=True)
        for index, task in enumerate(tasks)
    ]
    for thread in threads:
        thread.start()
    ready.wait()
    start = time.perf_counter()
    for thread in threads:
        thread.join(max(0.0, start + limit - time.perf_counter()))
    seconds = time.perf_counter() - start
    if stuck := [thread.name for thread in threads if thread.is_alive()]:
        raise TimeoutError(f"not finished after {limit:g} s: {', '.join(stuck)}")
    if failures:
        raise failures[0]
    return Together(seconds, tuple(results))


@contextmanager
def switch_interval(seconds: float | None) -> Iterator[None]:
    """Within the block, the interpreter asks the running thread to hand over every `seconds` (5 ms by default).

    With None it changes nothing.
    """
    before = sys.getswitchinterval()
    if seconds is not None:
        sys.setswitchinterval(seconds)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
