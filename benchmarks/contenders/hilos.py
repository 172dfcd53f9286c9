"""hilos: modes `dpor`, `pos`, `pct`, `random`, `mix`; `dpor2` has two processes, `dpor-bare` checks no determinism."""

from concurrent.futures import ProcessPoolExecutor

from contenders import warming
from contenders.row import PROGRAMS, Row, Watch, load, parts
from hilos.explore import Report, Verdict, explore
from hilos.explore.exploration import Budget

WORDS = {Verdict.PROVED: "proved", Verdict.VIOLATED: "bug", Verdict.UNFINISHED: "cap"}


def measure(program: str, mode: str, cap: float, seed: int) -> Row:
    """Explore the program at `program` (relative to tests/programs) for at most `cap` seconds."""
    explore(*parts(warming), strategy=mode.removesuffix("2").removesuffix("-bare"), budget=5)
    setup, workers, invariant = parts(load(PROGRAMS / program))
    if mode == "dpor2":
        with ProcessPoolExecutor(2) as pool:
            list(pool.map(len, ["start", "both"]))
            watch = Watch()
            return _row(watch, explore(setup, workers, invariant, budget=float(cap), executor=pool))
    if mode == "dpor-bare":
        budget = Budget(seconds=float(cap), operations=10**6)
        watch = Watch()
        return _row(watch, explore(setup, workers, invariant, budget=budget, check_determinism=False))
    watch = Watch()
    return _row(watch, explore(setup, workers, invariant, budget=float(cap), strategy=mode, seed=seed))


def _row(watch: Watch, report: Report) -> Row:
    note = report.finding.trouble.value if report.finding else report.why
    row = watch.row(WORDS[report.verdict], report.executions, report.operations, note)
    row.found = report.found_after
    return row
