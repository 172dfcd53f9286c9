"""The image demo, measured: cores, and what pinning, the monitor and the metrics cost."""

import contextlib
import importlib
import statistics
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]


def _demo() -> ModuleType:
    """The demo, importable by the workers under one name."""
    sys.path.insert(0, str(ROOT / "examples"))
    return importlib.import_module("demo_completo")


def show_demo(rounds: int) -> None:
    """Medians of alternated rounds: one and two workers, plain; two with pinning, monitor and metrics."""
    from hilos.jobs.metrics import QueueMetrics
    from hilos.metrics import Metrics

    demo = _demo()
    times: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as name, demo.folders(Path(name, "out")) as (output, partial):
        plan = demo.Plan(demo.sample_images(Path(name), few=False), output, partial, 80_000_000)
        for _round in range(rounds):
            for variant, workers, watched in (("1 worker", 1, False), ("2 workers", 2, False), ("2, watched", 2, True)):
                with demo.make_queue("processes", workers, pinned=watched) as queue, contextlib.ExitStack() as stack:
                    if watched:
                        stack.callback(QueueMetrics(queue, Metrics()).close)
                    times[variant].append(demo.parallel(plan, queue, watch=watched).seconds)
            times["sequential"].append(demo.sequential(plan).seconds)
    medians = {variant: statistics.median(values) for variant, values in times.items()}
    for variant, seconds in medians.items():
        print(f"{variant:12} {seconds:6.2f} s")
    gains = [one / two for one, two in zip(times["1 worker"], times["2 workers"], strict=True)]
    costs = [watched / plain for watched, plain in zip(times["2, watched"], times["2 workers"], strict=True)]
    print(f"two workers against one: x{statistics.median(gains):.2f} (median; best {max(gains):.2f})")
    print(f"pinning, monitor and metrics: x{statistics.median(costs):.3f} the time (median of the rounds' ratios)")
