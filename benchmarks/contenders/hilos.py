"""hilos: modes `dpor`, `pos`, `pct`, `random`, `mix`, and `dpor2` (two processes)."""

from concurrent.futures import ProcessPoolExecutor

from contenders.row import PROGRAMS, Row, clock, load, memory, parts
from hilos.explore import Report, Verdict, explore

WORDS = {Verdict.PROVED: "proved", Verdict.VIOLATED: "bug", Verdict.UNFINISHED: "cap"}


def measure(program: str, mode: str, cap: float, seed: int) -> Row:
    """Explore the program at `program` (relative to tests/programs) for at most `cap` seconds."""
    setup, workers, invariant = parts(load(PROGRAMS / program))
    if mode == "dpor2":
        with ProcessPoolExecutor(2) as pool:
            list(pool.map(len, ["start", "both"]))
            began = clock()
            report = explore(setup, workers, invariant, budget=cap, executor=pool)
            return _row(report, clock() - began)
    began = clock()
    report = explore(setup, workers, invariant, budget=cap, strategy=mode, seed=seed)
    return _row(report, clock() - began)


def _row(report: Report, seconds: float) -> Row:
    note = report.finding.trouble.value if report.finding else report.why
    return Row(WORDS[report.verdict], report.executions, seconds, report.operations, memory(), note)
