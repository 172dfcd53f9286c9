"""The vocabulary: what a thread did, or is about to do, to an object that threads share.

`observe` emits these for real threads and `explore` for the threads of a program under test, so that graphs,
timelines and explanations read one language.  Threads and objects always carry human names: given by the program,
or derived from the line that made them.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What happened."""

    REQUEST = "request"  # about to wait for a lock or permit that is not free
    ACQUIRE = "acquire"
    RELEASE = "release"
    TIMEOUT = "timeout"  # gave up after waiting
    TRY_FAILED = "try_failed"  # a non-blocking acquire that found it taken
    WAIT = "wait"  # released a condition's lock and sleeps on it, or waits for an event or barrier
    WAKE = "wake"
    NOTIFY = "notify"
    SET = "set"
    CLEAR = "clear"
    READ = "read"
    WRITE = "write"
    START = "start"
    JOIN = "join"
    END = "end"
    SLEEP = "sleep"
    PUT = "put"  # into a queue
    GET = "get"
    CALL = "call"  # ran something that counts as one operation


@dataclass(frozen=True, slots=True)
class Location:
    """A place in source code: `file` as a path, `line` counted from 1, `function` as its qualified name."""

    file: str
    line: int
    function: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that one thread did.

    Attributes:
        time: nanoseconds on the clock of whoever emitted it (`perf_counter_ns` for real threads, virtual time
            for explored ones).
        thread: the thread's name.
        kind: what it did.
        target: the human name of the object it did it to (`lock "fork 2"` is named `fork 2`).
        target_type: its type as the standard library names it (`Lock`, `RLock`, `Semaphore`...).
        location: the line of the program that did it, where known.
    """

    time: int
    thread: str
    kind: Kind
    target: str
    target_type: str
    location: Location | None = None
