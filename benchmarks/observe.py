"""What observing a lock costs, against the raw lock and against the obvious design, in one run.

    python benchmarks/observe.py                    # about a minute; on each Python that matters
    python benchmarks/observe.py --json out.json
    python benchmarks/observe.py --check            # exit status 1 if a target of the issue is missed

The variants take turns in short rounds within one process, so that a busy moment hits all of them, and each has its
own copy of the loop, so that none profits from another's specialised bytecode.  What is measured is the thread's
processor time (but for the contended part), so that what else the machine does hardly counts.  Two ratios are given:
of the fastest rounds (load only ever adds time: this is what the code costs) and the median of the rounds' own.

The obvious design is what one writes first: one `Counter.inc` and two `Histogram.observe` of prometheus_client for
each acquisition.  threadle is measured where it is installed.

For the contended part the machine must be quiet: load hides the convoy.
"""

import argparse
import gc
import json
import os
import platform
import statistics
import sys
import threading
import time
import tracemalloc
import types
from collections.abc import Callable
from pathlib import Path
from time import thread_time_ns as processor
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

from hilos import observe
from hilos.observe import hub

LOOPS = 2_000


def with_loop(lock: Any) -> float:
    """Nanoseconds of one `with lock: pass`, the loop included."""
    turns = range(LOOPS)
    begun = processor()
    for _ in turns:
        with lock:
            pass
    return (processor() - begun) / LOOPS


def acquire_loop(lock: Any) -> float:
    """Nanoseconds of one `acquire` and `release`, the loop included."""
    turns = range(LOOPS)
    begun = processor()
    for _ in turns:
        lock.acquire()
        lock.release()
    return (processor() - begun) / LOOPS


def nested_loop(locks: Any) -> float:
    """Nanoseconds of two locks taken one inside the other: the edge has been seen."""
    outer, inner = locks
    turns = range(LOOPS)
    begun = processor()
    for _ in turns:
        with outer, inner:
            pass
    return (processor() - begun) / LOOPS


def empty_loop() -> float:
    """Nanoseconds of the loop alone."""
    turns = range(LOOPS)
    begun = processor()
    for _ in turns:
        pass
    return (processor() - begun) / LOOPS


def own(loop: Callable[..., float]) -> Callable[..., float]:
    """A copy of `loop` with bytecode of its own."""
    return types.FunctionType(loop.__code__.replace(), loop.__globals__, loop.__name__)


class Empty:
    """The least that a wrapper in Python can be."""

    __slots__ = ("_acquire", "_release")

    def __init__(self) -> None:
        lock = threading.Lock()
        self._acquire, self._release = lock.acquire, lock.release

    def __enter__(self) -> None:
        self._acquire()

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        self._release()


class Obvious:
    """Counter and histograms in the hot path; `cached` keeps the children, else `.labels()` is called each time."""

    def __init__(self, cached: bool) -> None:
        registry = CollectorRegistry()
        labels = ("lock_type", "lock_name")
        self._counter = Counter("acquisitions", "n", labels, registry=registry)
        self._wait = Histogram("wait", "s", labels, registry=registry)
        self._hold = Histogram("hold", "s", labels, registry=registry)
        self._lock = threading.Lock()
        self._since = 0.0
        if cached:
            self._children = [each.labels("Lock", "name") for each in (self._counter, self._wait, self._hold)]
        self._get = self._cached if cached else self._looked_up

    def _cached(self) -> list[Any]:
        return self._children

    def _looked_up(self) -> list[Any]:
        return [each.labels(lock_type="Lock", lock_name="name") for each in (self._counter, self._wait, self._hold)]

    def __enter__(self) -> None:
        asked = time.perf_counter()
        self._lock.acquire()
        self._since = time.perf_counter()
        counter, wait, _hold = self._get()
        counter.inc()
        wait.observe(self._since - asked)

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        held = time.perf_counter() - self._since
        self._lock.release()
        self._get()[2].observe(held)


def observed(name: str) -> Any:
    """An observed lock, everything on."""
    return observe.lock(threading.Lock(), name=name)


def unheard(name: str) -> Any:
    """An observed lock while observing is off: nobody listens, nothing counts."""
    hub.state.enabled = False
    try:
        return observed(name)
    finally:
        hub.state.enabled = True


def peers() -> dict[str, tuple[Callable[..., float], Any]]:
    """Other tools, where they are installed."""
    found: dict[str, tuple[Callable[..., float], Any]] = {}
    try:
        from threadle import TrackedLock

        found["threadle TrackedLock (acquire, release)"] = (acquire_loop, TrackedLock("name"))
    except Exception:
        pass
    return found


def uncontended(rounds: int) -> dict[str, dict[str, float]]:
    """Each variant's cost and its ratios to the raw lock."""
    variants: dict[str, tuple[Callable[..., float], Any]] = {
        "raw Lock": (with_loop, threading.Lock()),
        "raw RLock": (with_loop, threading.RLock()),
        "raw Semaphore": (with_loop, threading.Semaphore()),
        "raw Condition": (with_loop, threading.Condition()),
        "empty wrapper": (with_loop, Empty()),
        "observed, off": (with_loop, unheard("off")),
        "observed, everything on": (with_loop, observed("on")),
        "observed RLock": (with_loop, observe.rlock(threading.RLock(), name="r")),
        "observed Semaphore": (with_loop, observe.semaphore(threading.Semaphore(), name="s")),
        "observed Condition": (with_loop, observe.condition(threading.Condition(), name="c")),
        "raw Lock (acquire, release)": (acquire_loop, threading.Lock()),
        "observed (acquire, release)": (acquire_loop, observed("a")),
        "raw, two nested": (nested_loop, (threading.Lock(), threading.Lock())),
        "observed, two nested": (nested_loop, (observed("outer"), observed("inner"))),
        "obvious, children cached": (with_loop, Obvious(cached=True)),
        "obvious, .labels() each time": (with_loop, Obvious(cached=False)),
        **peers(),
    }
    runs = {name: own(loop) for name, (loop, _lock) in variants.items()}
    times: dict[str, list[float]] = {name: [] for name in variants}
    nothing = []
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            nothing.append(empty_loop())
            for name, (_loop, lock) in variants.items():
                times[name].append(runs[name](lock))
    finally:
        gc.enable()
    idle = min(nothing)
    raw = times["raw Lock"]
    return {
        name: {
            "ns": min(each) - idle,
            "ratio": (min(each) - idle) / (min(raw) - idle),
            "median": statistics.median((a - idle) / max(b - idle, 1.0) for a, b in zip(each, raw, strict=True)),
        }
        for name, each in times.items()
    }


def contended(lock: Any, seconds: float, workers: int = 4) -> float:
    """Acquisitions a second of `workers` threads that do nothing else."""
    going = True
    total = 0
    counts = [0] * workers
    everyone = threading.Barrier(workers + 1)

    def work(place: int) -> None:
        nonlocal total
        done = 0
        everyone.wait()
        while going:
            with lock:
                total += 1
            done += 1
        counts[place] = done

    threads = [threading.Thread(target=work, args=(place,)) for place in range(workers)]
    for thread in threads:
        thread.start()
    everyone.wait()
    begun = time.perf_counter()
    time.sleep(seconds)
    going = False
    for thread in threads:
        thread.join()
    assert total == sum(counts), "the lock excludes"
    return total / (time.perf_counter() - begun)


def throughput(rounds: int) -> dict[str, float]:
    """Share of the raw lock's throughput, medians of alternated rounds."""
    variants = {
        "raw Lock": threading.Lock(),
        "observed, off": unheard("off"),
        "observed, everything on": observed("contended"),
        "empty wrapper": Empty(),
        "obvious, children cached": Obvious(cached=True),
    }
    rates: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(rounds):
        for name, lock in variants.items():
            rates[name].append(contended(lock, 0.3))
    raw = statistics.median(rates["raw Lock"])
    return {"raw Lock, a second": raw} | {name: statistics.median(each) / raw for name, each in rates.items()}


def new_edges(count: int = 2_000) -> dict[str, float]:
    """Microseconds of a pair of locks taken nested for the first time, against one taken so before."""
    outer = observed("keeper")
    inner = [observed("inner") for _ in range(count)]
    costs = []
    for _round in range(2):
        took = []
        for lock in inner:
            begun = processor()
            with outer, lock:
                pass
            took.append(processor() - begun)
        costs.append(took)
    new = sorted(a - b for a, b in zip(costs[0], costs[1], strict=True))
    return {"mean us": statistics.fmean(new) / 1e3, "p99 us": new[int(0.99 * len(new))] / 1e3}


def scrape(count: int = 1_000) -> dict[str, float]:
    """Milliseconds of a scrape with that many locks, each of its own name."""
    registry = CollectorRegistry()
    collector = observe.export(registry)
    before = len(hub.state.inversions)
    locks = [observed(f"lock {number}") for number in range(count)]
    for lock in locks:
        with lock:
            pass
    took = []
    for _ in range(15):
        for lock in locks:  # so that every series has changed since the last scrape
            with lock:
                pass
        begun = processor()
        collector.render()
        took.append((processor() - begun) / 1e6)
    begun = processor()
    text = generate_latest(registry)
    generic = (processor() - begun) / 1e6
    assert len(hub.state.inversions) == before
    return {"ms": min(took), "median ms": statistics.median(took), "generate_latest ms": generic, "bytes": len(text)}


def memory(count: int = 2_000) -> dict[str, float]:
    """Bytes of an observed lock that has been used, and of a thread that has used one."""
    lock = observed("shared")
    go = threading.Event()
    raw = threading.Lock()

    def idle(each: Any) -> None:
        with each:
            pass
        go.wait()

    def of_threads(each: Any, number: int = 50) -> float:
        go.clear()
        threads = [threading.Thread(target=idle, args=(each,)) for _ in range(number)]
        before = tracemalloc.get_traced_memory()[0]
        for thread in threads:
            thread.start()
        while sum(thread.is_alive() for thread in threads) < number:
            time.sleep(0.001)
        time.sleep(0.1)
        used = (tracemalloc.get_traced_memory()[0] - before) / number
        go.set()
        for thread in threads:
            thread.join()
        return used

    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    locks = [observed("many") for _ in range(count)]
    for each in locks:
        with each:
            pass
    per_lock = (tracemalloc.get_traced_memory()[0] - before) / count
    of_threads(raw)
    per_thread = of_threads(lock) - of_threads(raw)
    tracemalloc.stop()
    return {"bytes a lock": per_lock, "bytes a thread": max(per_thread, 0.0)}


def targets(results: dict[str, Any]) -> list[tuple[str, float, str, float, bool]]:
    """What the issue asks for: what, measured, relation, bound, reached."""
    costs, share = results["uncontended"], results["throughput"]
    on, off = costs["observed, everything on"]["ratio"], costs["observed, off"]["ratio"]
    obvious = costs["obvious, children cached"]["ratio"]
    rows = [
        ("with lock, everything on, to raw", on, "<=", 3.5),
        ("with lock, off, to raw", off, "<=", 1.3),
        ("everything on, to the obvious design", on / obvious, "<=", 0.25),
        (
            "4 threads, everything on, to the obvious design",
            share["observed, everything on"] / share["obvious, children cached"],
            ">=",
            2.0,
        ),
        ("scrape of 1,000 locks, ms", results["scrape"]["ms"], "<=", 20.0),
    ]
    return [(*row, row[1] <= row[3] if row[2] == "<=" else row[1] >= row[3]) for row in rows]


def show(results: dict[str, Any]) -> None:
    """Print it."""
    print(f"{results['python']} on {results['machine']}, load {results['load']}\n")
    print(f"{'one uncontended acquisition':<44}{'ns':>9}{'x raw':>9}{'median':>9}")
    for name, row in results["uncontended"].items():
        print(f"  {name:<42}{row['ns']:>9.0f}{row['ratio']:>9.2f}{row['median']:>9.2f}")
    print("\n4 threads on one lock, share of raw throughput")
    for name, value in results["throughput"].items():
        print(f"  {name:<42}{value:>18,.2f}")
    for part in ("new_edge", "scrape", "memory"):
        print(f"\n{part}: " + ", ".join(f"{value:,.2f} {name}" for name, value in results[part].items()))
    print("\ntargets")
    for what, value, relation, bound, reached in targets(results):
        print(f"  {what:<52}{value:>8.2f} {relation} {bound:<6} {'reached' if reached else 'MISSED'}")


def main() -> int:
    """Run everything."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=150, help="rounds of the uncontended part")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there, too")
    parser.add_argument("--check", action="store_true", help="fail if a target is missed")
    options = parser.parse_args()
    observe.configure(on_inversion="silent")
    results = {
        "python": f"Python {platform.python_version()}",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        "uncontended": uncontended(options.rounds),
        "throughput": throughput(5),
        "new_edge": new_edges(),
        "scrape": scrape(),
        "memory": memory(),
    }
    show(results)
    if options.json is not None:
        options.json.write_text(json.dumps(results, indent=1), "utf-8")
    return 1 if options.check and not all(row[-1] for row in targets(results)) else 0


if __name__ == "__main__":
    sys.exit(main())
