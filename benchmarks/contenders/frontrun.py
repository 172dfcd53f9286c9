"""frontrun: modes `dpor` (no preemption bound, real clock), `dpor-virtual`, `dpor-default` and `random`.

`proved` is never said: in thread mode it does not tell whether its search was exhaustive, and where there are locks it
is not (shared/anchors/explorers.md, 2.1).
"""

import frontrun

from contenders.row import PROGRAMS, Counter, Row, clock, load, memory, parts

OPTIONS = {
    "dpor": {"preemption_bound": None},
    "dpor-virtual": {"preemption_bound": None, "clock": "virtual"},
    "dpor-default": {},
    "random": {"strategy": "random", "max_attempts": 10**9},
}


def measure(program: str, mode: str, cap: float, seed: int) -> Row:
    """Explore the program at `program` (relative to tests/programs) for at most `cap` seconds."""
    setup, workers, invariant = parts(load(PROGRAMS / program))
    counter = Counter(setup)
    options = dict(OPTIONS[mode], seed=seed) if mode == "random" else dict(OPTIONS[mode])
    began = clock()
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
        seconds = clock() - began
        verdict = "gave up" if isinstance(error, TimeoutError) else "bug"
        return Row(verdict, counter.calls, seconds, None, memory(), f"{type(error).__name__}: {error}"[:80])
    seconds = clock() - began
    if result.property_holds is None:
        verdict = "gave up"
    elif result.property_holds:
        verdict = "ended" if seconds < cap else "cap"
    else:
        verdict = "bug"
    return Row(verdict, counter.calls, seconds, None, memory(), str(result.explanation or "").strip()[:80])
