"""What can be wrong with an execution."""

from dataclasses import dataclass
from enum import StrEnum


class Trouble(StrEnum):
    """Its kind."""

    INVARIANT = "invariant"  # the state at the end is not right
    ASSERTION = "assertion"  # an assertion of the check failed
    EXCEPTION = "exception"  # an exception left a task of the check, or a callback
    UNSEEN = "unseen"  # a task ended with an exception that nobody asked for
    UNAWAITED = "unawaited"  # a coroutine was made and never awaited
    FORGOTTEN = "forgotten"  # a task that nothing but the loop refers to
    SWALLOWED = "swallowed"  # a task was cancelled and went on to its end
    STUCK = "stuck"  # nothing is ready, no timer is set, and tasks wait
    LEFT = "left"  # all has come back and a task still is under way
    BLOCKED = "blocked"  # a call that blocks the whole loop, for ever
    BLOCKING = "blocking"  # a call that blocks the whole loop for some time
    SPINNING = "spinning"  # a task asks again and again and nothing changes
    REFUSED = "refused"  # something that the model does not have


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something wrong.

    Attributes:
        trouble: what kind.
        text: one or two sentences for the learner; may be empty for what the question has its own words for.
        waits: for STUCK: name of a task, the line that it waits in, what for.
    """

    trouble: Trouble
    text: str = ""
    waits: tuple[tuple[str, int, str], ...] = ()


class Stop(BaseException):
    """Leaves the answer's code; what is wrong is written down already."""
