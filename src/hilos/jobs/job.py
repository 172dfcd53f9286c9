"""A job: one call that somebody wants done, and all that happened to it.

             ┌────────────► cancelled ◄───────────┐
             │                  ▲                 │
    queued ──┴──► running ──────┴──► retrying ────┘
       ▲            │  │  │             │ (its wait is over)
       │            │  │  └─► failed    │
       │            │  └────► done      │
       └────────────┴───────────────────┘
        (its worker died: at least once)

Nothing here knows threads: `Machine` moves jobs along these arrows and refuses every other, `Queue` calls it under
a lock.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any, Generic, Protocol, TypeVar

from hilos.errors import JobCancelled, JobFailed
from hilos.jobs.retry import ONCE, Retry
from hilos.locale import translator

_ = translator("jobs")

T_co = TypeVar("T_co", covariant=True)


class Priority(IntEnum):
    """Which job goes first: the lower number, as in `queue.PriorityQueue`.  Any whole number may be used."""

    HIGH = 0
    NORMAL = 1
    LOW = 2


class State(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    RETRYING = "retrying"  # failed, and waits for its next attempt
    DONE = "done"
    FAILED = "failed"  # a dead letter: no further attempt; its tracebacks are kept
    CANCELLED = "cancelled"


FINAL = frozenset({State.DONE, State.FAILED, State.CANCELLED})
"""States that no job leaves."""

NEXT: dict[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.RUNNING, State.CANCELLED}),
    State.RUNNING: frozenset({State.DONE, State.RETRYING, State.FAILED, State.CANCELLED, State.QUEUED}),
    State.RETRYING: frozenset({State.QUEUED, State.CANCELLED}),
    State.DONE: frozenset(),
    State.FAILED: frozenset(),
    State.CANCELLED: frozenset(),
}
"""From each state, those that may follow."""


class Canceller(Protocol):
    """What a job needs of its queue."""

    def _cancel(self, job: "Job[Any]") -> bool: ...
    def _event_of(self, job: "Job[Any]") -> threading.Event | None: ...


class Job(Generic[T_co]):
    """One call, and its handle.  Made by `Queue.submit`.

    Attributes:
        id: number within its queue, from 1.
        name: for people; the function's name and the job's number unless given.
        priority: the lower, the sooner.
        state: where it stands.
        attempts: how often it was started.
        losses: how often the worker that ran it died.
        errors: one traceback (or reason) per failed attempt, oldest first.
        progress: from 0 to 1, as the job itself reported it.
        worker: name of the worker that has it, or had it last.
        submitted, started, ended: seconds on the queue's clock; None where it has not happened.
    """

    __slots__ = (
        "_cancel_wanted",
        "_cause",
        "_event",
        "_owner",
        "_value",
        "args",
        "attempts",
        "ended",
        "errors",
        "function",
        "id",
        "idempotent",
        "kwargs",
        "label",
        "losses",
        "priority",
        "progress",
        "rank",
        "retry",
        "started",
        "state",
        "submitted",
        "timeout",
        "worker",
    )

    def __init__(
        self,
        owner: Canceller,
        function: Callable[..., T_co],
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
        *,
        priority: int = Priority.NORMAL,
        timeout: float | None = None,
        retry: Retry = ONCE,
        name: str = "",
        idempotent: bool = True,
    ) -> None:
        self.id = 0
        self.function = function
        self.args = args
        self.kwargs = kwargs
        self.label = name
        self.priority = priority
        self.timeout = timeout
        self.retry = retry
        self.idempotent = idempotent
        self.state = State.QUEUED
        self.attempts = 0
        self.losses = 0
        self.errors: tuple[str, ...] = ()
        self.progress = 0.0
        self.worker = ""
        self.rank = 0.0
        self.submitted = 0.0
        self.started: float | None = None
        self.ended: float | None = None
        self._owner = owner
        self._value: Any = None
        self._cause: BaseException | None = None
        self._event: threading.Event | None = None
        self._cancel_wanted = False

    @property
    def name(self) -> str:
        """What people call it."""
        return self.label or f"{getattr(self.function, '__name__', 'job')} {self.id}"

    def cancel(self) -> bool:
        """Ask that it does not run, or stops.

        Returns:
            True if it is cancelled now: it was waiting, or ran in a worker that could be ended.  False if it had
            ended, or runs in a thread: that one ends at its next `checkpoint()`, if it has any.
        """
        return self._owner._cancel(self)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait up to `timeout` seconds (None: for ever) for its end; True if it ended."""
        event = self._owner._event_of(self)
        return event is None or event.wait(timeout)

    def result(self, timeout: float | None = None) -> T_co:
        """What the call returned, waiting up to `timeout` seconds for it.

        Raises:
            TimeoutError: it has not ended yet.
            JobFailed: all its attempts failed; the tracebacks are in `attempts`, the last exception is the cause.
            JobCancelled: it was cancelled.
        """
        self.wait(timeout)
        check_outcome(self.name, self.state, self.attempts, self.errors, self._cause)
        return self._value  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        return f"<Job {self.name!r} {self.state}>"


class Watched(Protocol):
    """What listeners may read of a job, in memory or in a file."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def priority(self) -> int: ...
    @property
    def attempts(self) -> int: ...
    @property
    def submitted(self) -> float: ...
    @property
    def started(self) -> float | None: ...


@dataclass(frozen=True, slots=True)
class Change:
    """One arrow that one job went along; what metrics, views and logs are told.

    Attributes:
        time: seconds on the queue's clock.
        job: which; read it, never write it.
        old: None when it was submitted.
        new: where it stands now.
        lost: the arrow was taken because a worker died.
    """

    time: float
    job: Watched
    old: State | None
    new: State
    lost: bool = False


def check_outcome(name: str, state: State, attempts: int, errors: tuple[str, ...], cause: BaseException | None) -> None:
    """Return if a job is done; raise what `result` raises if it is anything else.

    Raises:
        TimeoutError, JobFailed, JobCancelled: see `Job.result`.
    """
    if state is State.DONE:
        return
    if state is State.CANCELLED:
        raise JobCancelled(_("El trabajo «{name}» se canceló.").format(name=name))
    if state is State.FAILED:
        raise JobFailed(
            _("El trabajo «{name}» falló (intentos: {attempts}): {reason}").format(
                name=name, attempts=attempts, reason=last_line(errors)
            ),
            errors,
        ) from cause
    raise TimeoutError(_("El trabajo «{name}» no ha terminado todavía.").format(name=name))


def last_line(errors: tuple[str, ...]) -> str:
    """The last line of the last traceback: the exception itself."""
    return errors[-1].rstrip().rsplit("\n", 1)[-1] if errors else ""


Clock = Callable[[], float]
monotonic: Clock = time.monotonic
