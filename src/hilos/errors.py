"""Every exception of hilos, on one screen.

    HilosError                 somebody asked for what cannot be done; str() is one or two lines for that person
    ├── UsageError             an argument, option or file makes no sense; commands exit with status 2
    ├── MissingError           a program, package or file that is needed is not there; says how to get it
    ├── PortError              a port cannot be listened on; names the process that holds it where that is known
    ├── DeadlockError          raised in one victim thread when it asked for that (observe, on_deadlock="raise")
    ├── Unexplorable           the explorer met an operation it cannot control; names it and its line
    ├── Nondeterminism         two runs of one schedule differed; says where
    └── JobError               a job did not end well
        ├── JobFailed          all its attempts failed; carries their tracebacks
        ├── JobCancelled       it was cancelled before it ended
        ├── WorkerDied         the process that ran it was killed or crashed
        ├── GiveUp             a job raises it itself: no further attempt makes sense
        └── QueueFull          a bounded queue has no room

A *finding* (a race, a deadlock, a lost job) is a value and not an exception.  What crosses user code to end a run
of the explorer is a BaseException of its own package, so that `except Exception` in the program under test cannot
swallow it.
"""


class HilosError(Exception):
    """Base of all errors meant for a person: the message says what was wrong, what was expected, what to do."""


class UsageError(HilosError):
    """An argument, option or file makes no sense.  Commands print the message and exit with status 2."""


class MissingError(HilosError):
    """A program, package or file that is needed is not there.  The message says how to get it."""


class PortError(HilosError):
    """A port cannot be listened on.  The message names the process that holds it, where that is known."""


class DeadlockError(HilosError):
    """A thread was chosen as the victim of a deadlock; the message tells the whole cycle, one thread a line."""


class Unexplorable(HilosError):
    """The explorer met an operation that it cannot control.  The message names the operation, file and line.

    Attributes:
        what: the operation, if it is known.
        line: where the program leads to it, counted from 1; 0 if it is not known.
    """

    what: str = ""
    line: int = 0


class Nondeterminism(HilosError):
    """Two runs of one schedule differed.  The message names the first operation that did."""


class JobError(HilosError):
    """A job did not end well."""


class JobFailed(JobError):
    """All attempts of a job failed.  `attempts` holds the traceback of each, oldest first."""

    def __init__(self, message: str, attempts: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.attempts = attempts


class JobCancelled(JobError):
    """A job was cancelled before it ended."""


class WorkerDied(JobError):
    """The process that ran a job was killed or crashed.  Queues run the job again, if it may run twice."""


class GiveUp(JobError):
    """Raised by a job: no further attempt makes sense, whatever its retry policy says."""


class QueueFull(JobError):
    """A bounded queue has no room and the caller would not wait longer."""
