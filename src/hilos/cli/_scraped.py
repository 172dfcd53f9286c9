"""Lets the course's own Prometheus, if it runs here, know of a port that serves metrics for a while."""

import contextlib
from collections.abc import Iterator

from hilos.errors import HilosError
from hilos.services import course_root
from hilos.services.targets import announced


@contextlib.contextmanager
def scraped(job: str, *ports: int) -> Iterator[None]:
    """Have `ports` scraped as `job` while the block runs, where the command was given inside the course's folder."""
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(HilosError):
            stack.enter_context(announced(course_root(), job, *ports))
        yield
