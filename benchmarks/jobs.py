"""hilos.jobs against the bare executors and against other job queues: one run, ratios.

    python benchmarks/jobs.py                          # everything, the demo too: about 13 minutes
    python benchmarks/jobs.py --only "hilos threads" ThreadPoolExecutor --rounds 9
    python benchmarks/jobs.py --demo                   # the image demo alone: 1 and 2 cores, pinned, watched
    python benchmarks/jobs.py --output benchmarks/results/jobs --add --rounds 2      # two rounds more

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
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from queues.report import Results
from queues.systems import SYSTEMS, Submit, missing
from queues.work import RECORD


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


def compare(names: list[str], rounds: int, scale: float, results: Results) -> None:
    """All systems in turns, round by round; a round that failed is an empty one."""
    for _round in range(rounds):
        for name in names:
            row: dict[str, float] = {}
            try:
                row = measure(name, scale)
            except (OSError, RuntimeError, TimeoutError) as error:
                print(f"{name}: {error}", file=sys.stderr)
            results.add("systems", name, row)
            print(".", end="", flush=True, file=sys.stderr)
        results.write()
    print(file=sys.stderr)


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", choices=list(SYSTEMS), metavar="SYSTEM", help=", ".join(SYSTEMS))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scale", type=float, default=1.0, help="of the number of jobs")
    parser.add_argument("--output", type=Path, help="write PATH.json and PATH.md (as benchmarks/results/jobs)")
    parser.add_argument("--add", action="store_true", help="add to what is in PATH.json, of the same commit")
    parser.add_argument("--note", default="", help="said of this piece, as 'nothing else ran'")
    parser.add_argument("--demo", action="store_true", help="measure the image demo alone")
    options = parser.parse_args()
    try:
        results = Results(options.output, options.add, options.note)
    except ValueError as error:
        parser.error(str(error))
    if options.demo or options.only is None:
        from queues.images import measure_demo

        measure_demo(options.rounds, results)
    if not options.demo:
        names = []
        for name in options.only or SYSTEMS:
            reason = missing(name)
            if reason:
                print(f"left out: {name} ({reason})")
            else:
                names.append(name)
        compare(names, options.rounds, options.scale, results)
    print(results.markdown())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
