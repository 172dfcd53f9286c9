# ruff: noqa: E501, RUF007
"""The lab, end to end: from an event in the lesson's thread to the frame that shows it, and what all of it costs.

    python benchmarks/lab.py [--minutes 0] [--fast] [--json FILE] [--markdown FILE]

Real parts only: `hilos lab` in a process of its own, lessons that it starts, its page in headless Chromium (no GPU:
drawing is software, so frames a second are a floor).

    start       seconds from starting `hilos lab` to the first byte that it answers
    latency     4 threads make 10,000 lock events a second.  In the page, every animation frame notes the wall clock and
                up to which time of the run the timeline had been painted when the frame *before* it was finished.  An
                event's latency is from its time stamp to the first such note that covers it; every millisecond of the
                run counts as one event.  Stamp and page use this machine's wall clock.
    frames      16 threads, 2,000 segments in view, moving, and 2,000 of each: animation frames a second
    server      processor time and memory of the server while the race lesson runs and one page shows it; with
                `--minutes` for that long, and memory's growth from the first quarter to the last
    emitting    a thread takes and releases a lock, as it is, observed, and observed with the lab attached: operations a
                second, the variants taking turns; once with nothing else to do, and once with 20 µs of work in between
"""

import argparse
import contextlib
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from support import lab as support  # noqa: E402
from support.labclient import Client  # noqa: E402
from support.network import free_port  # noqa: E402

LATENCY = """
    import sys, threading, time
    from hilos import lesson
    def teach(tell, options):
        locks = [threading.Lock() for _ in range(4)]
        def work(lock):
            due = time.perf_counter()
            while True:
                for _ in range(5):
                    with lock:
                        pass
                due += 0.004
                time.sleep(max(0.0, due - time.perf_counter()))
        for number, lock in enumerate(locks):
            threading.Thread(target=work, args=(lock,), name=f"worker-{number}", daemon=True).start()
        time.sleep(3600)
    sys.exit(lesson.run(teach))
"""
LANES = """
    import sys, threading, time
    from hilos import lesson
    def teach(tell, options):
        def work(lock):
            due = time.perf_counter()
            while True:
                with lock:
                    time.sleep(0.0005)
                due += {every}
                time.sleep(max(0.0, due - time.perf_counter()))
        for number in range(16):
            threading.Thread(target=work, args=(threading.Lock(),), name=f"worker-{number}", daemon=True).start()
        time.sleep(3600)
    sys.exit(lesson.run(teach))
"""
EMITTING = """
    import os, sys, threading, time
    def main():
        lock, work, end, n = threading.Lock(), {work}, time.perf_counter() + {seconds}, 0
        while time.perf_counter() < end:
            for _ in range(50):
                with lock:
                    pass
                if work:
                    until = time.perf_counter() + work
                    while time.perf_counter() < until:
                        pass
            n += 50
        print("rate", n / {seconds}, flush=True)
    variant = os.environ.get("VARIANT", "lab")
    if variant == "plain":
        main()
    elif variant == "observed":
        from hilos import observe
        observe.install()
        main()
    else:
        from hilos import lesson
        sys.exit(lesson.run(lambda tell, options: main()))
"""
WATCH = """
    () => {
      const timeline = document.querySelector("lab-timeline");
      const notes = (window.notes = []);
      let painted = timeline.painted;
      const frame = () => {
        notes.push([performance.timeOrigin + performance.now(), painted]);  // what the frame before this one showed
        requestAnimationFrame(() => { painted = timeline.painted; });  // after the page's own drawing of this frame
        requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
    }
"""


def percentile(values: list[float], share: float) -> float:
    """The value below which that share is."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def start_times(root: Path, rounds: int) -> list[float]:
    """Seconds from starting the lab to its first byte."""
    found = []
    for _ in range(rounds):
        port = free_port()
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "hilos", "lab", "--no-browser", "--quiet", "--port", str(port)],
            cwd=root,
            env={**os.environ, "HILOS_ROOT": str(root)},
        )
        try:
            while True:
                with contextlib.suppress(OSError):
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5).read(1)
                    break
                time.sleep(0.005)
            found.append(time.perf_counter() - began)
        finally:
            process.terminate()
            process.wait()
    return found


@contextlib.contextmanager
def page_of(lab: support.Lab, path: str) -> Iterator[Any]:
    """A page of the lab in headless Chromium."""
    with support.chromium() as browser:
        page = support.page_in(browser, lab, viewport={"width": 1280, "height": 900})
        page.goto(lab.base + path)
        page.wait_for_selector("html[data-ready]")
        yield page


def epoch_of(page: Client, run: str) -> float:
    """When the run's clock began, on the wall's clock."""
    items = page.ask("GET", f"/api/runs/{run}/events")[1]
    return float(next(item["epoch"] for item in items if item["k"] == "hello"))


def latency(lab: support.Lab, seconds: float) -> dict[str, Any]:
    """From an event to the frame that shows it."""
    client = Client(lab)
    run = client.start(LATENCY)
    client.when(run, lambda each: each["attached"])
    with page_of(lab, f"/timeline/{run}") as page:
        page.wait_for_selector("lab-timeline")
        page.wait_for_timeout(3000)
        page.evaluate(WATCH)
        before = process_times(lab)
        page.wait_for_timeout(seconds * 1000)
        used = (process_times(lab) - before) / seconds
        notes = page.evaluate("() => window.notes")
    epoch = epoch_of(client, run) * 1e3
    state = client.run(run)
    items = client.ask("GET", f"/api/runs/{run}/events")[1]
    closed = [row for item in items if item["k"] == "s" for row in item["r"] if row[4] is not None]
    first, last = min(row[3] for row in closed), max(row[4] for row in closed)
    client.stop(run)
    found: list[float] = []
    shown = notes[0][1]
    for wall, painted in notes[1:]:
        at = shown
        while at < painted:
            found.append(wall - epoch - at / 1e6)
            at += 1_000_000
        shown = max(shown, painted)
    return {
        "events a second": round(
            2 * sum(row[6] if len(row) > 6 else 1 for row in closed if row[1] == 2) / ((last - first) / 1e9)
        ),
        "ms p50": percentile(found, 0.5),
        "ms p95": percentile(found, 0.95),
        "ms p99": percentile(found, 0.99),
        "ms worst": max(found),
        "samples": len(found),
        "dropped": state["dropped"],
        "merged": state["merged"],
        "server, share of one core": used,
        "frames a second": (len(notes) - 1) / ((notes[-1][0] - notes[0][0]) / 1e3),
    }


def process_times(lab: support.Lab) -> float:
    """Processor seconds of the server so far."""
    used = psutil.Process(lab.process.pid).cpu_times()
    return float(used.user + used.system)


def frames(lab: support.Lab, seconds: float, every: float) -> dict[str, Any]:
    """Frames a second of a timeline of 16 threads, each of which makes a segment `every` so many seconds."""
    client = Client(lab)
    run = client.start(LANES.replace("{every}", str(every)))
    client.when(run, lambda each: each["attached"])
    with page_of(lab, f"/timeline/{run}") as page:
        page.wait_for_selector("lab-timeline")
        page.wait_for_timeout(14_000)
        window = (
            page.evaluate(
                "() => { const { from, to } = document.querySelector('lab-timeline').shown; return to - from; }"
            )
            / 1e9
        )
        stamps = page.evaluate(
            """(ms) => new Promise((done) => {
                const stamps = [];
                const frame = (now) => {
                  stamps.push(now);
                  if (now - stamps[0] < ms) requestAnimationFrame(frame); else done(stamps);
                };
                requestAnimationFrame(frame);
            })""",
            seconds * 1000,
        )
    items = client.ask("GET", f"/api/runs/{run}/events")[1]
    rows = {tuple(row[:4]): row for item in items if item["k"] == "s" for row in item["r"]}
    newest = max(row[3] for row in rows.values())
    lately = [row for row in rows.values() if row[3] > newest - window * 1e9]
    client.stop(run)
    gaps = [b - a for a, b in zip(stamps, stamps[1:], strict=False)]
    return {
        "lanes": len({row[0] for row in lately}),
        "segments in view": len(lately),
        "seconds in view": window,
        "frames a second": len(gaps) / ((stamps[-1] - stamps[0]) / 1e3),
        "ms p95 between frames": percentile(gaps, 0.95),
        "ms longest": max(gaps),
    }


def server(lab: support.Lab, seconds: float) -> dict[str, Any]:
    """What the server uses while the race lesson runs and one page shows it."""
    client = Client(lab)
    run = client.start_lesson("01_race_conditions")
    client.when(run, lambda each: each["attached"])
    process = psutil.Process(lab.process.pid)
    shares, sizes = [], []
    with page_of(lab, f"/live/{run}"):
        step = max(2.0, min(10.0, seconds / 20))
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            before, at = process_times(lab), time.monotonic()
            time.sleep(step)
            shares.append((process_times(lab) - before) / (time.monotonic() - at))
            sizes.append(process.memory_info().rss / (1 << 20))
    client.stop(run)
    quarter = max(1, len(sizes) // 4)
    first, last = slice(quarter, 2 * quarter), slice(-quarter, None)  # the first minute fills the minute that is kept
    return {
        "seconds": seconds,
        "share of one core": statistics.mean(shares),
        "share, second quarter": statistics.mean(shares[first] or shares),
        "share, last quarter": statistics.mean(shares[last]),
        "MB": sizes[-1],
        "MB, second quarter": statistics.mean(sizes[first] or sizes),
        "MB, last quarter": statistics.mean(sizes[last]),
    }


def emitting(lab: support.Lab, rounds: int, seconds: float) -> dict[str, Any]:
    """What observing and the lab cost a thread that does little but take a lock."""
    client = Client(lab)
    result: dict[str, Any] = {}
    for name, work in (("nothing else to do", 0), ("20 µs of work", 20e-6)):
        program = EMITTING.format(work=work, seconds=seconds)
        rates: dict[str, list[float]] = {"plain": [], "observed": [], "lab": []}
        for _ in range(rounds):
            for variant, found in rates.items():
                if variant == "lab":
                    run = client.start(program)
                    client.over(run, 60)
                    text = client.ask("GET", f"/api/runs/{run}/log")[1]["out"]
                else:
                    import textwrap

                    text = subprocess.run(
                        [sys.executable, "-c", textwrap.dedent(program)],
                        env={**os.environ, "VARIANT": variant},
                        capture_output=True,
                        text=True,
                        check=True,
                    ).stdout
                found.append(float(text.rpartition("rate ")[2]))
        medians = {variant: statistics.median(found) for variant, found in rates.items()}
        result[name] = {
            **{f"{variant}, a second": rate for variant, rate in medians.items()},
            "observed, of plain": statistics.median(
                o / p for o, p in zip(rates["observed"], rates["plain"], strict=True)
            ),
            "lab, of plain": statistics.median(a / p for a, p in zip(rates["lab"], rates["plain"], strict=True)),
            "lab, of observed": statistics.median(a / o for a, o in zip(rates["lab"], rates["observed"], strict=True)),
        }
    return result


def markdown(found: dict[str, Any]) -> str:
    """The result as a page."""
    late, drawn, used = found["latency"], found["frames"], found["server"]
    verdict = {True: "yes", False: "**no**"}
    dense = found["frames, dense"]
    rows = [
        ("start to first byte", f"{found['start']['median s']:.2f} s", "< 2 s", found["start"]["median s"] < 2),
        (
            f"event to painted frame, p95, at {late['events a second']:,} events a second",
            f"{late['ms p95']:.0f} ms (p50 {late['ms p50']:.0f}, p99 {late['ms p99']:.0f}, worst {late['ms worst']:.0f})",
            "< 150 ms",
            late["ms p95"] < 150,
        ),
        (
            f"timeline, {drawn['lanes']} lanes, {drawn['segments in view']:,} segments in view, live",
            f"{drawn['frames a second']:.1f} frames a second",
            ">= 50",
            drawn["frames a second"] >= 50,
        ),
        (
            f"timeline, {dense['lanes']} lanes, {dense['segments in view']:,} segments in view, live",
            f"{dense['frames a second']:.1f} frames a second",
            ">= 50",
            dense["frames a second"] >= 50,
        ),
        (
            "server, race lesson and one page",
            f"{used['share of one core']:.1%} of a core, {used['MB']:.0f} MB",
            "< 5 %",
            used["share of one core"] < 0.05,
        ),
        (
            f"flat over {used['seconds'] / 60:.1f} minutes (second quarter to last)",
            f"{used['MB, second quarter']:.1f} to {used['MB, last quarter']:.1f} MB, "
            f"{used['share, second quarter']:.1%} to {used['share, last quarter']:.1%} of a core",
            "+10 %",
            used["MB, last quarter"] < 1.1 * used["MB, second quarter"],
        ),
    ]
    lines = [
        "# The lab, end to end",
        "",
        f"`python benchmarks/lab.py`, {found['when']}, Python {found['python']}, {found['cores']} cores, Chromium without"
        " a GPU, load at the beginning"
        f" {found['load'][0]:.1f}. Generated: do not edit.",
        "",
        "| what | measured | aim | met |",
        "|---|---|---|---|",
        *(f"| {what} | {value} | {aim} | {verdict[met]} |" for what, value, aim, met in rows),
        "",
        f"Of {late['events a second']:,} events a second {late['dropped']} were dropped and {late['merged']} drawn in"
        f" groups; the server used {late['server, share of one core']:.1%} of a core for them.",
        "",
        "What the lab costs a thread that takes a lock again and again (with nothing else to do: the worst there is):",
        "",
        "| between two holds | plain, a second | observed | with the lab | lab, of observed |",
        "|---|---|---|---|---|",
        *(
            f"| {name} | {each['plain, a second']:,.0f} | {each['observed, of plain']:.0%} | {each['lab, of plain']:.0%}"
            f" | {each['lab, of observed']:.0%} |"
            for name, each in found["emitting"].items()
        ),
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=0.0, help="watch the server for so long (30 s otherwise)")
    parser.add_argument("--fast", action="store_true", help="short rounds: figures that prove nothing")
    parser.add_argument("--json", type=Path, help="write the result here too")
    parser.add_argument("--markdown", type=Path, help="and as a page")
    options = parser.parse_args()
    length = 0.2 if options.fast else 1.0
    found: dict[str, Any] = {
        "when": time.strftime("%Y-%m-%d"),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load": os.getloadavg(),
    }
    with tempfile.TemporaryDirectory(prefix="hilos-bench-") as folder:
        with support.running(Path(folder)) as lab:
            times = start_times(lab.root, 2 if options.fast else 5)
            found["start"] = {"median s": statistics.median(times), "all": times}
            for name, measure in (
                ("latency", lambda: latency(lab, 20 * length)),
                ("frames", lambda: frames(lab, 8 * length, 0.048)),  # 2,000 in the six seconds that are in view
                ("frames, dense", lambda: frames(lab, 8 * length, 0.003)),  # 2,000 of each thread
                ("server", lambda: server(lab, options.minutes * 60 or 30 * length)),
                ("emitting", lambda: emitting(lab, 1 if options.fast else 5, 1.5 * length)),
            ):
                found[name] = measure()
                print(name, json.dumps(found[name], ensure_ascii=False), file=sys.stderr, flush=True)
    text = markdown(found)
    print(text)
    if options.json:
        options.json.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if options.markdown:
        options.markdown.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
