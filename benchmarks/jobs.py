"""hilos.jobs against the bare executors and against other job queues: one run, ratios.

    python benchmarks/jobs.py                          # everything: about 10 minutes
    python benchmarks/jobs.py --only "hilos threads" ThreadPoolExecutor --rounds 9
    python benchmarks/jobs.py --demo                   # the image demo: 1 and 2 cores, pinned, watched

The peers come with: pip install huey rq dramatiq celery redis distributed, and Debian's redis-server.  What is not
there is left out, and said.

Two workers everywhere.  Per system and round, in a fresh instance: `noop` and `1 ms` are jobs a second from the first
submission to the last record (each job appends one to a file, in whichever process it runs), submitted one by one from
one thread, each acknowledged before the next (as each system's plain call does); `start` is the time from before the
submission of a single job to an idle system until it runs.  The systems take turns, round by round, so that a busy
minute hits all alike; a ratio is the median of the rounds' ratios, so that load which comes and goes cancels out.
Figures of one machine are worth little; ratios travel.  Huey keeps no results here (hilos keeps them), and with OFF it
never waits for the disk: a power cut may then damage its file.
"""

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from queues.systems import SYSTEMS, Submit, missing
from queues.work import RECORD

PAIRS = [
    ("hilos threads", "ThreadPoolExecutor"),
    ("hilos processes", "ProcessPoolExecutor"),
    ("hilos durable FULL", "Huey SQLite FULL"),
    ("hilos durable FULL", "Huey SQLite FULL, threads"),
    ("hilos durable NORMAL", "Huey SQLite NORMAL"),
    ("hilos durable NORMAL", "Huey SQLite NORMAL, threads"),
    ("hilos durable NORMAL", "Huey SQLite OFF"),
    ("hilos durable NORMAL", "ProcessPoolExecutor"),
    ("hilos cluster (Dask)", "Dask"),
]


def wait_for(log: Path, count: int, deadline: float = 180.0) -> None:
    """Until `count` records are in the log."""
    end = time.monotonic() + deadline
    while not log.exists() or log.stat().st_size < count * RECORD.size:
        if time.monotonic() > end:
            raise TimeoutError(f"{log.stat().st_size // RECORD.size if log.exists() else 0} of {count} jobs were done")
        time.sleep(0.0005)


def throughput(submit: Submit, kind: str, count: int, log: Path) -> float:
    """Jobs a second."""
    path = str(log)
    begin = time.perf_counter()
    for _number in range(count):
        submit(kind, path)
    wait_for(log, count)
    return count / (time.perf_counter() - begin)


def latencies(submit: Submit, count: int, log: Path) -> list[float]:
    """Seconds from submission to start, of single jobs to an idle system."""
    for number in range(1, count + 1):
        submit("noop", str(log))
        wait_for(log, number)
        time.sleep(0.002)
    return sorted((started - sent) / 1e9 for sent, started in RECORD.iter_unpack(log.read_bytes()))


def measure(name: str, scale: float) -> dict[str, float]:
    """One round of one system."""
    with tempfile.TemporaryDirectory(dir=Path(__file__).parent) as name_of_folder:  # on a disk: tmpfs never syncs
        folder = Path(name_of_folder)
        with SYSTEMS[name](folder) as submit:
            throughput(submit, "noop", 20, folder / "warm")
            fast = name in ("ThreadPoolExecutor", "hilos threads")
            trial = throughput(submit, "noop", 200, folder / "trial")
            # As many as take about two seconds, so that a slow system does not hold up the rest.
            count = max(200, min(20_000 if fast else 6_000, int(trial * 2 * scale)))
            noop = throughput(submit, "noop", count, folder / "noop")
            cpu = throughput(submit, "millisecond", max(100, min(1500, int(noop * scale))), folder / "cpu")
            start = latencies(submit, 60, folder / "start")
    return {"noop": noop, "cpu": cpu, "p50": statistics.median(start), "p99": start[-1]}


Rounds = dict[str, list[dict[str, float]]]


def compare(names: list[str], rounds: int, scale: float) -> Rounds:
    """Each round of all systems, measured in turns; a round that failed is an empty one."""
    results: Rounds = defaultdict(list)
    for _round in range(rounds):
        for name in names:
            try:
                results[name].append(measure(name, scale))
            except (OSError, RuntimeError, TimeoutError) as error:
                print(f"{name}: {error}", file=sys.stderr)
                results[name].append({})
            print(".", end="", flush=True, file=sys.stderr)
    print(file=sys.stderr)
    return results


def medians_of(results: Rounds) -> dict[str, dict[str, float]]:
    """The median of each figure of each system that had a round without failure."""
    good = {name: [each for each in those if each] for name, those in results.items()}
    return {
        name: {key: statistics.median(each[key] for each in those) for key in those[0]}
        for name, those in good.items()
        if those
    }


def show(results: Rounds) -> None:
    """The table, and the ratios that are this project's aims."""
    print(f"{'system':28} {'noop/s':>9} {'µs/job':>8} {'1 ms/s':>8} {'start p50':>10} {'slowest':>9}")
    for name, row in medians_of(results).items():
        print(
            f"{name:28} {row['noop']:9.0f} {1e6 / row['noop']:8.1f} {row['cpu']:8.0f}"
            f" {row['p50'] * 1e3:8.2f}ms {row['p99'] * 1e3:7.1f}ms"
        )
    print()
    for ours, theirs in PAIRS:
        both = [(a, b) for a, b in zip(results.get(ours, []), results.get(theirs, []), strict=False) if a and b]
        if both:
            noop, cpu, start = (statistics.median(a[key] / b[key] for a, b in both) for key in ("noop", "cpu", "p50"))
            print(f"{ours} / {theirs}: no-op rate x{noop:.2f}, 1 ms rate x{cpu:.2f}, start x{start:.3f}")


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", choices=list(SYSTEMS), metavar="SYSTEM", help=", ".join(SYSTEMS))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scale", type=float, default=1.0, help="of the number of jobs")
    parser.add_argument("--json", type=Path, help="write the medians there")
    parser.add_argument("--demo", action="store_true", help="measure the image demo instead")
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f} at the start")
    if options.demo:
        from queues.images import show_demo

        show_demo(options.rounds)
        return 0
    names = []
    for name in options.only or SYSTEMS:
        reason = missing(name)
        if reason:
            print(f"left out: {name} ({reason})")
        else:
            names.append(name)
    results = compare(names, options.rounds, options.scale)
    show(results)
    print(f"load {os.getloadavg()[0]:.1f} at the end")
    if options.json:
        options.json.write_text(json.dumps(medians_of(results), indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
