"""The image demo, measured: cores, and what pinning, the monitor and the metrics cost."""

import contextlib
import importlib
import sys
import tempfile
import time
from pathlib import Path
from types import ModuleType
from typing import Any

from queues.report import TWICE, Results

ROOT = Path(__file__).resolve().parents[2]


def _demo() -> ModuleType:
    """The demo, importable by the workers under one name."""
    sys.path.insert(0, str(ROOT / "examples"))
    return importlib.import_module("demo_completo")


def measure_demo(rounds: int, results: Results) -> None:
    """Rounds in turns: one and two workers, plain; two, pinned and watched; the same sequentially, once and twice."""
    from hilos.jobs.metrics import QueueMetrics
    from hilos.metrics import Metrics

    demo = _demo()
    variants = [("1 worker", 1, False), ("2 workers", 2, False), ("2, watched", 2, True)]
    with tempfile.TemporaryDirectory() as name, demo.folders(Path(name, "out")) as (output, partial):
        plan = demo.Plan(demo.sample_images(Path(name), few=False), output, partial, 80_000_000)
        for number in range(rounds):
            # In another order each time: whatever a run leaves behind (heat, caches) must not favour its follower.
            for variant, workers, watched in variants[number % 3 :] + variants[: number % 3]:
                with demo.make_queue("processes", workers, pinned=watched) as queue, contextlib.ExitStack() as stack:
                    if watched:
                        stack.callback(QueueMetrics(queue, Metrics()).close)
                    results.add("demo", variant, {"seconds": demo.parallel(plan, queue, watch=watched).seconds})
            results.add("demo", "sequential", {"seconds": demo.sequential(plan).seconds})
            results.add("demo", TWICE, {"seconds": _twice(demo, plan)})
            print(".", end="", flush=True, file=sys.stderr)
    print(file=sys.stderr)
    results.write()


def _twice(demo: ModuleType, plan: Any) -> float:
    """Seconds for all the work twice, sequentially in two processes at once: what this machine's cores are worth."""
    from hilos.jobs import ProcessWorkers

    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack, ProcessWorkers(2) as workers:
        plans = []
        for number in range(2):
            output, partial = stack.enter_context(demo.folders(Path(name, str(number))))
            plans.append(demo.Plan(plan.images, output, partial, plan.limit))
        demo.ready(workers)
        begin = time.perf_counter()
        for future in [workers.submit(demo.sequential, each) for each in plans]:
            future.result()
        return time.perf_counter() - begin
