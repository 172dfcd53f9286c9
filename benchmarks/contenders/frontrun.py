"""frontrun: modes `dpor` (no preemption bound, real clock), `dpor-virtual`, `dpor-default` and `random`.

`proved` is never said: in thread mode it does not tell whether its search was exhaustive, and where there are locks it
is not (shared/anchors/explorers.md, 2.1).
"""

import frontrun

from contenders import warming
from contenders.row import PROGRAMS, Counter, Row, Watch, load, parts

OPTIONS = {
    "dpor": {"preemption_bound": None},
    "dpor-virtual": {"preemption_bound": None, "clock": "virtual"},
    "dpor-default": {},
    "random": {"strategy": "random", "max_attempts": 10**9},
}

WARMING = {"random": {"max_attempts": 3}}


def measure(program: str, mode: str, cap: float, seed: int) -> Row:
    """Explore the program at `program` (relative to tests/programs) for at most `cap` seconds."""
    options = dict(OPTIONS[mode], seed=seed) if mode == "random" else dict(OPTIONS[mode])
    setup, workers, invariant = parts(warming)
    frontrun.explore(setup=setup, workers=workers, invariant=invariant, **{**options, **WARMING.get(mode, {})})
    setup, workers, invariant = parts(load(PROGRAMS / program))
    counter = Counter(setup)
    watch = Watch()
    try:
        result = frontrun.explore(
            setup=counter,
            workers=list(workers),
            invariant=invariant,
            total_timeout=cap,
            reproduce_on_failure=0,
            **options,
        )
    except Exception as error:  # a worker's exception leaves explore() bare
        verdict = "gave up" if isinstance(error, TimeoutError) else "bug"
        return watch.row(verdict, counter.calls, None, f"{type(error).__name__}: {error}")
    row = watch.row("bug", counter.calls, None, str(result.explanation or "").strip())
    if result.property_holds is None:
        row.verdict = "gave up"
    elif result.property_holds:
        row.verdict = "ended" if row.seconds < cap else "cap"
    return row
