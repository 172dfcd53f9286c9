"""When an execution began: apart from `repeating`, whose functions the explorer looks into."""

from time import monotonic  # by its name: asyncio's model replaces what the module `time` has, for a while

began = [0.0]
"""When the last execution began, in seconds of `time.monotonic()`: how an endless one is told from a long search."""


def begin() -> None:
    """An execution begins now."""
    began[0] = monotonic()
