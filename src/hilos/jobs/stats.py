"""A queue at one moment, as a value."""

from dataclasses import dataclass

from hilos.jobs.durations import Durations
from hilos.jobs.job import State
from hilos.jobs.machine import Machine


@dataclass(frozen=True, slots=True)
class Running:
    """A job that runs now: its name and worker, for how many seconds, and its progress from 0 to 1."""

    name: str
    worker: str
    seconds: float
    progress: float


@dataclass(frozen=True, slots=True)
class Latency:
    """Percentiles in seconds."""

    p50: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    longest: float = 0.0


@dataclass(frozen=True, slots=True)
class Stats:
    """A queue at one moment.

    Attributes:
        states: how many jobs are in each state (those that ended: since the queue was made).
        waiting: queued jobs by priority.
        running: what the workers do.
        slots: how many jobs can run at once.
        retried, lost: attempts that will be repeated because the job failed, or because its worker died.
        wait, run: from submission to start, and of attempts.
    """

    states: dict[State, int]
    waiting: dict[int, int]
    running: tuple[Running, ...]
    slots: int
    retried: int
    lost: int
    wait: Latency
    run: Latency

    @property
    def ended(self) -> int:
        """Jobs that ended, however."""
        return self.states[State.DONE] + self.states[State.FAILED] + self.states[State.CANCELLED]

    @property
    def total(self) -> int:
        """Jobs that were ever submitted."""
        return sum(self.states.values())


def stats_of(machine: Machine, slots: int, now: float) -> Stats:
    """The state of `machine` at `now`."""
    return Stats(
        states=dict(machine.counts),
        waiting={priority: count for priority, count in sorted(machine.waiting.items()) if count},
        running=tuple(
            Running(job.name, job.worker, now - (now if job.started is None else job.started), job.progress)
            for job in machine.running.values()
        ),
        slots=slots,
        retried=machine.retried,
        lost=machine.lost,
        wait=latency(machine.waits),
        run=latency(machine.runs),
    )


def latency(durations: Durations) -> Latency:
    """The percentiles of `durations`."""
    return Latency(durations.percentile(0.5), durations.percentile(0.95), durations.percentile(0.99), durations.longest)
