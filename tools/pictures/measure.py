"""Runs what the guides' pictures show, and writes what happened to docs/pictures/data/*.json.

    .venv/bin/python tools/pictures/measure.py [NAME...]

Nothing is made up: an order comes from the explorer, a lane from observed locks, a curve from a clock.  `draw.py` makes
the pictures from these files, so that a picture can be drawn again without being measured again.
"""

import json
import os
import platform
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from hilos import observe
from hilos.events import Kind
from hilos.explore import Program, explore
from hilos.explore.search.dpor import Dpor
from hilos.explore.session import Session

DATA = Path(__file__).resolve().parents[2] / "docs" / "pictures" / "data"


class Two:
    """What the programs of the diagrams share."""

    def __init__(self) -> None:
        self.a = self.b = self.x = 0


def left(state: Two) -> None:
    state.a = 1
    state.x = 1


def right(state: Two) -> None:
    state.b = 2
    state.x = 2


def never(state: Two) -> bool:
    """An invariant that no execution satisfies, so that each is told."""
    return False


def add(state: Two) -> None:
    state.x += 1


def _steps(finding: Any) -> list[dict[str, Any]]:
    return [
        {
            "thread": step.thread,
            "kind": step.kind.name.lower(),
            "target": step.target.partition(".")[2],
            "value": step.value,
        }
        for step in finding.steps
        if step.kind in (Kind.READ, Kind.WRITE) and step.target.startswith("two.")
    ]


def traces() -> dict[str, Any]:
    """Three orders of two threads: the first two differ in operations that commute only."""
    orders = []
    for schedule in ("h1.a1b1a1", "h1.b1a2", "h1.a1b2"):
        report = explore(setup=Two, workers=[left, right], invariant=never, schedule=schedule)
        assert report.finding is not None
        orders.append(_steps(report.finding))
    return {"orders": orders, "executions": explore(setup=Two, workers=[left, right]).executions}


def tree() -> dict[str, Any]:
    """Every execution of a program with three conflicts, as the threads that take turns."""
    program = Program.of(Two, [add, add], never)
    found = []
    with Session(program, 1000) as session:
        strategy = Dpor()
        while (plan := strategy.next()) is not None:
            judged = session.run(plan)
            strategy.learn(judged.trace)
            found.append({"threads": list(judged.trace.threads), "x": judged.outcome.state.x})
    return {"executions": found}


def interleaving() -> dict[str, Any]:
    """The lost update, as the explorer tells it."""
    report = explore(setup=Two, workers=[add, add], invariant=lambda state: state.x == 2)
    assert report.finding is not None
    return {"steps": _steps(report.finding), "result": 1}


def timeline() -> dict[str, Any]:
    """Three threads on one lock for some milliseconds, as observed."""
    lock = observe.lock(threading.Lock(), name="caja")
    start = threading.Barrier(3)

    def serve(turns: int) -> None:
        start.wait()
        for _ in range(turns):
            with lock:
                time.sleep(0.002)
            time.sleep(0.001)

    with observe.Timeline() as line:
        threads = [threading.Thread(target=serve, args=(4,), name=name) for name in ("ana", "luis", "eva")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    events = [(event.time, event.thread, event.kind.name.lower()) for event in line.events() if event.target == "caja"]
    begun = min(at for at, _thread, _kind in events)
    return {"events": [[at - begun, thread, kind] for at, thread, kind in events]}


def contention() -> dict[str, Any]:
    """Turns a second through critical sections of one lock, and of eight, by the number of threads."""
    seconds, counts = 0.4, [1, 2, 4, 8, 16]

    def rate(threads: int, locks: int) -> float:
        guards = [threading.Lock() for _ in range(locks)]
        done = [0] * threads
        ready = threading.Barrier(threads + 1)

        def work(me: int) -> None:
            ready.wait()
            end = time.perf_counter() + seconds
            while time.perf_counter() < end:
                with guards[me % locks]:
                    time.sleep(0.0005)
                done[me] += 1

        workers = [threading.Thread(target=work, args=(me,)) for me in range(threads)]
        for worker in workers:
            worker.start()
        ready.wait()
        for worker in workers:
            worker.join()
        return sum(done) / seconds

    return {"threads": counts, "one": [rate(n, 1) for n in counts], "eight": [rate(n, 8) for n in counts]}


def count_primes(most: int) -> int:
    """Primes below a number, the slow way: what keeps a core busy."""
    return sum(all(n % d for d in range(2, int(n**0.5) + 1)) for n in range(2, most))


def speedup() -> dict[str, Any]:
    """Time of eight equal CPU-bound tasks by threads and by processes, as a multiple of one after the other."""
    tasks, size = 8, 30_000
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    counts = sorted({1, 2, cores, 2 * cores})

    def seconds(pool: Callable[[int], Executor], workers: int) -> float:
        with pool(workers) as executor:
            list(executor.map(count_primes, [100] * workers))  # workers are there before the clock starts
            begun = time.perf_counter()
            list(executor.map(count_primes, [size] * tasks))
            return time.perf_counter() - begun

    begun = time.perf_counter()
    for _ in range(tasks):
        count_primes(size)
    alone = time.perf_counter() - begun
    return {
        "workers": counts,
        "cores": cores,
        "threads": [alone / seconds(ThreadPoolExecutor, n) for n in counts],
        "processes": [alone / seconds(ProcessPoolExecutor, n) for n in counts],
    }


MEASURED = {f.__name__: f for f in (traces, tree, interleaving, timeline, contention, speedup)}


def main() -> None:
    """Measure the pictures named, or all of them."""
    DATA.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[1:] or MEASURED:
        found = MEASURED[name]()
        found["measured_with"] = f"{platform.python_implementation()} {platform.python_version()}"
        path = DATA / f"{name}.json"
        beside = path.with_suffix(".tmp")
        beside.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        beside.replace(path)
        print(name)


if __name__ == "__main__":
    main()
