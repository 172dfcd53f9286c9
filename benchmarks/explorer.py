"""hilos.explore against frontrun, interleave-test and ploom: same programs, one run, ratios.

    python benchmarks/explorer.py --python .venv313/bin/python            # everything, about 40 minutes
    python benchmarks/explorer.py --only bug --programs account wsq       # a part of it
    python benchmarks/explorer.py --cap 3 --repeat 1                      # quicker and rougher

The interpreter given by `--python` needs hilos, frontrun, interleave-test and (3.13 or newer) ploom: the extra `bench`.
Every measurement is a process of its own, so that no tool sees another's patches, and the tools take turns program by
program, so that a busy minute hits all of them alike.  Starting Python and importing do not count, and each tool
explores one small other program first, so that what it imports late does not either.  Figures of one machine are worth
little; what is reported are ratios, and executions, which do not depend on the machine.

Parts:

- `rate`: executions a second on the programs of tests/programs/pass; the search is repeated in one process for a
  second, so that what a tool does once for a program counts as little as it does in a test run;
- `bug`: time to the first failing schedule of each program of tests/programs/fail, explored once in a fresh process;
- `proof`: time to the end of the search on each of tests/programs/pass, likewise;
- `growth`: cost of an operation as programs grow;
- `memory`: as executions grow;
- `processes`: two against one.
"""

import argparse
import functools
import json
import os
import platform
import statistics
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from contenders.row import PROGRAMS, Row  # noqa: E402

# tool, mode, seeds, part of the cap
MODES = {
    "rate": [
        ("hilos", "dpor", 1, 1.0),
        ("frontrun", "dpor-virtual", 1, 1.0),
        ("interleave", "pct", 1, 1.0),
        ("interleave", "dfs", 1, 1.0),
    ],
    "bug": [
        ("hilos", "dpor", 1, 1.0),
        ("frontrun", "dpor-virtual", 1, 1.0),
        ("frontrun", "random", 1, 1.0),
        ("interleave", "pct", 3, 1.0),
        ("ploom", "dfs", 1, 6.0),
    ],
    "proof": [
        ("hilos", "dpor", 1, 1.0),
        ("frontrun", "dpor-virtual", 1, 1.0),
        ("interleave", "dfs", 1, 0.3),
        ("interleave", "pct", 1, 0.1),
        ("ploom", "dfs", 1, 6.0),
    ],
}
"""What is compared.  Searches that never end of themselves get a small part of the cap, enough to tell their rate;
ploom, which starts a process for each schedule, gets more, or it would never get anywhere."""
PORTED = {"mutex", "deadlock01", "twostage", "reorder_3"}
"""What ploom can say (contenders/ploom.py)."""


def child(arguments: list[str]) -> None:
    """One measurement: prints a Row as JSON on its last line."""
    tool, program, mode, cap, seed, again = arguments
    module = __import__(f"contenders.{tool}", fromlist=["measure"])
    if hasattr(module, "load"):
        module.load = functools.cache(module.load)
    try:
        row = module.measure(program, mode, float(cap), int(seed))
        while again == "again" and row.seconds < float(cap) and row.executions is not None:
            more = module.measure(program, mode, float(cap), int(seed))
            row.seconds, row.cpu = row.seconds + more.seconds, row.cpu + more.cpu
            row.executions += more.executions or 0
            row.operations = (row.operations or 0) + (more.operations or 0)
    except BaseException as error:
        row = Row("error", None, 0.0, note=f"{type(error).__name__}: {error}"[:120])
    print("\n" + json.dumps(asdict(row)), flush=True)
    os._exit(0)  # tools may have left threads behind


def measure(python: str, tool: str, program: str, mode: str, cap: float, seed: int, again: bool = False) -> Row:
    """Run one measurement in a process of its own, ended by force if it overruns its cap by far."""
    command = [python, str(HERE / "explorer.py"), "--child", tool, program, mode, str(cap), str(seed)]
    command.append("again" if again else "once")
    if tool == "frontrun":
        command[:0] = [str(Path(python).parent / "frontrun")]  # it refuses to run without its own launcher
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=3 * cap + 30, cwd=HERE, check=False)
    except subprocess.TimeoutExpired:
        return Row("gave up", None, 3 * cap + 30, note="did not come back")
    lines = done.stdout.strip().splitlines()
    try:
        return Row(**json.loads(lines[-1]))
    except (IndexError, ValueError, TypeError):
        return Row("error", None, 0.0, note=(done.stderr.strip().splitlines() or ["no output"])[-1][:120])


def middle(rows: list[Row]) -> Row:
    """The row of median time; a bug that one seed did not find within its cap counts with the cap."""
    rows = sorted(rows, key=lambda row: row.seconds)
    return rows[len(rows) // 2]


def ratio(values: list[float]) -> str:
    """Geometric mean, smallest and largest."""
    if not values:
        return "-"
    return f"{statistics.geometric_mean(values):.1f} ({min(values):.1f} to {max(values):.1f}, n={len(values)})"


def compare(part: str, python: str, names: list[str], cap: float, repeat: int) -> dict[str, dict[str, Row]]:
    """program -> "tool mode" -> median row."""
    folder = "fail" if part == "bug" else "pass"
    table: dict[str, dict[str, Row]] = {}
    for name in names:
        rows: dict[str, list[Row]] = {}
        for tool, mode, seeds, share in MODES[part]:
            if tool == "ploom" and name not in PORTED:
                continue
            for seed in range(1, max(seeds, repeat if tool == "hilos" else 1) + 1):
                longest = 1.0 if part == "rate" else cap * share
                row = measure(python, tool, f"{folder}/{name}.py", mode, longest, seed, part == "rate")
                rows.setdefault(f"{tool} {mode}", []).append(row)
        table[name] = {key: middle(list_) for key, list_ in rows.items()}
        print(part, name, "  ".join(f"{k}: {cell(r)}" for k, r in table[name].items()), file=sys.stderr, flush=True)
    return table


def cell(row: Row) -> str:
    executions = "?" if row.executions is None else str(row.executions)
    return f"{row.verdict} {executions} in {row.seconds:.3g} s"


def markdown(title: str, table: dict[str, dict[str, Row]]) -> list[str]:
    keys = sorted({key for rows in table.values() for key in rows}, key=lambda k: (not k.startswith("hilos"), k))
    lines = [f"### {title}", "", "| program | " + " | ".join(keys) + " |", "| --- |" + " --- |" * len(keys)]
    for name, rows in table.items():
        lines.append(f"| {name} | " + " | ".join(cell(rows[k]) if k in rows else "-" for k in keys) + " |")
    return [*lines, ""]


def rate(row: Row | None, clock: str) -> float | None:
    """Executions a second, where enough of them ran to say so."""
    if row is None or not row.executions or row.verdict in ("error", "gave up"):
        return None
    time = getattr(row, clock)
    return row.executions / time if time > 0 else None


def over(table: dict[str, dict[str, Row]], peer: str, clock: str) -> str:
    """How many times the executions a second of a peer ours are."""
    pairs = [(rate(rows["hilos dpor"], clock), rate(rows.get(peer), clock)) for rows in table.values()]
    return ratio([own / other for own, other in pairs if own and other])


def times(rows: list[tuple[Row, Row]], clock: str) -> list[float]:
    """How many times the time of the first row of each pair the second needed."""
    return [getattr(peer, clock) / getattr(own, clock) for own, peer in rows if getattr(own, clock) > 0]


def summary(results: dict[str, dict[str, dict[str, Row]]]) -> list[str]:
    """The figures that the targets are about, by wall time and by processor time."""
    lines = [
        "## Ratios",
        "",
        "Geometric mean (smallest to largest).  Processor time does not feel other people's load,",
    ]
    lines += ["and favours tools whose threads wait for one another.", ""]
    lines += ["| question | wall time | processor time |", "| --- | --- | --- |"]
    both = ("seconds", "cpu")
    if rates := results.get("rate"):
        for peer in ("frontrun dpor-virtual", "interleave pct", "interleave dfs"):
            cells = [over(rates, peer, clock) for clock in both]
            lines.append(f"| executions a second, search repeated for 1 s, times {peer} | {' | '.join(cells)} |")
        for clock in both:
            ran = [own for r in rates.values() if rate(own := r["hilos dpor"], clock)]  # an error has no figures
            work = [(own.operations or 0) / getattr(own, clock) for own in ran]
            runs = [one for own in ran if (one := rate(own, clock))]
            lines.append(
                f"| hilos, median by {clock}: operations a second, executions a second | "
                f"{statistics.median(work or [0]):.0f} | {statistics.median(runs or [0]):.0f} |"
            )
    if proof := results.get("proof"):
        cells = [over(proof, "ploom dfs", clock) for clock in both]
        lines.append(f"| executions a second, one search, times ploom dfs | {' | '.join(cells)} |")
        for peer in ("frontrun dpor-virtual", "interleave dfs", "ploom dfs"):
            ended = {
                name: (rows["hilos dpor"], rows[peer])
                for name, rows in proof.items()
                if rows["hilos dpor"].verdict == "proved" and peer in rows and rows[peer].verdict in ("ended", "proved")
            }
            cells = [ratio(times(list(ended.values()), clock)) for clock in both]
            lines.append(f"| time to a proof, times faster than {peer} to its own end | {' | '.join(cells)} |")
            slower = [name for name, (one, other) in ended.items() if one.seconds >= other.seconds]
            lines.append(f"| ... and not faster on | {', '.join(slower) or 'none'} | |")
        own = [rows["hilos dpor"] for rows in proof.values()]
        lines.append(f"| twins proved | {sum(r.verdict == 'proved' for r in own)} of {len(own)} | |")
    if bug := results.get("bug"):
        peers = ("frontrun dpor-virtual", "frontrun random", "interleave pct")
        pairs = []
        for rows in bug.values():
            found = [rows[peer] for peer in peers if rows[peer].verdict == "bug"]
            if found and rows["hilos dpor"].verdict == "bug":
                pairs.append((rows["hilos dpor"], min(found, key=lambda row: row.seconds)))
        cells = [ratio(times(pairs, clock)) for clock in both]
        lines.append(f"| time to the first bug told, times faster than the fastest peer | {' | '.join(cells)} |")
        found_first = [peer.seconds / own.found for own, peer in pairs if own.found]
        lines.append(f"| ... to the failing execution, before it is made simple and told | {ratio(found_first)} | |")
        for key in ("hilos dpor", *peers):
            found_by = sum(rows[key].verdict == "bug" for rows in bug.values())
            passed = sum(rows[key].verdict in ("ended", "proved") for rows in bug.values())
            lines.append(f"| bugs found by {key} | {found_by} of {len(bug)} | passed as correct: {passed} |")
        slow = [f"{n} ({r['hilos dpor'].seconds:.1f} s)" for n, r in bug.items() if r["hilos dpor"].seconds > 10]
        lines.append(f"| bugs for which hilos needed more than 10 s | {', '.join(slow) or 'none'} | |")
    return [*lines, ""]


GROWING = '''"""Expected: proved

Two threads that do {n} locked increments each of a counter of their own: one trace, whatever the length.
"""

import threading

N = {n}


class State:
    def __init__(self):
        self.locks = [threading.Lock(), threading.Lock()]
        self.left = 0
        self.right = 0


def left(state):
    for _ in range(N):
        with state.locks[0]:
            state.left += 1


def right(state):
    for _ in range(N):
        with state.locks[1]:
            state.right += 1


WORKERS = [left, right]


def invariant(state):
    return state.left == state.right == N
'''

LOCKED = '''"""Expected: proved

{threads} threads do {times} locked increments each of one counter.
"""

import threading


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.value = 0


def count(state):
    for _ in range({times}):
        with state.lock:
            state.value += 1


WORKERS = [count] * {threads}


def invariant(state):
    return state.value == {threads} * {times}
'''


def growth(python: str, folder: Path, cap: float) -> list[str]:
    """Time of an operation in executions of growing length."""
    lines = ["### Cost of an operation as programs grow", ""]
    lines += [
        "One execution each; an operation is one of hilos' own (the same number for every tool).  Instrumenting the"
    ]
    lines += [
        "program counts, and with `dpor` so does the check of determinism (a second execution, both watched).",
        "",
    ]
    tools = [("hilos", "dpor-bare"), ("hilos", "dpor"), ("frontrun", "dpor-virtual"), ("interleave", "pct")]
    lines += ["| increments | operations | " + " | ".join(f"{t} {m}: us an operation" for t, m in tools) + " |"]
    lines += ["| --- |" + " --- |" * (len(tools) + 1)]
    for n in (10, 100, 1_000, 5_000):
        path = folder / f"growing_{n}.py"
        path.write_text(GROWING.format(n=n), encoding="utf-8")
        rows = [measure(python, tool, str(path), mode, cap, 1) for tool, mode in tools]
        each = (rows[0].operations or 0) / max(rows[0].executions or 1, 1)
        cells = []
        for row in rows:
            cut = row.operations is not None and row.verdict != "proved"  # by hilos' bound on operations
            if row.executions and each and not cut and row.verdict not in ("error", "gave up"):
                cells.append(f"{1e6 * row.seconds / row.executions / each:.2f}")
            else:
                cells.append(f"{row.verdict} {row.note[:40]}")
        lines.append(f"| {n} | {each:.0f} | " + " | ".join(cells) + " |")
        print(lines[-1], file=sys.stderr, flush=True)
    return [*lines, ""]


def footprint(python: str, folder: Path, cap: float) -> list[str]:
    """Memory and time as executions grow, and two processes against one."""
    lines = ["### Memory as executions grow", "", "| program | executions | seconds | peak MiB |"]
    lines += ["| --- | --- | --- | --- |"]
    for threads, times in ((2, 2), (3, 3), (4, 2), (3, 4), (2, 9)):
        path = folder / f"locked_{threads}_{times}.py"
        path.write_text(LOCKED.format(threads=threads, times=times), encoding="utf-8")
        row = measure(python, "hilos", str(path), "dpor", cap * 20, 1)
        lines.append(
            f"| {threads} threads x {times} locked increments | {row.executions} ({row.verdict}) | {row.seconds:.2f} | "
            f"{row.memory / 1024:.1f} |"
        )
        print(lines[-1], file=sys.stderr, flush=True)
    return [*lines, ""]


def processes(python: str, folder: Path, cap: float) -> list[str]:
    """Two worker processes against none."""
    path = folder / "locked_3_4.py"
    path.write_text(LOCKED.format(threads=3, times=4), encoding="utf-8")
    ones, twos = [], []
    for _ in range(3):
        ones.append(measure(python, "hilos", str(path), "dpor", cap * 20, 1))
        twos.append(measure(python, "hilos", str(path), "dpor2", cap * 20, 1))
    one, two = middle(ones), middle(twos)
    return [
        "### Two processes against one",
        "",
        f"3 threads x 4 locked increments: {cell(one)}; with two processes {cell(two)}: "
        f"{(rate(two, 'seconds') or 0) / (rate(one, 'seconds') or 1):.2f} times as fast (median of 3 each).",
        "",
    ]


def main() -> None:
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2:])
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--python", default=sys.executable, help="interpreter with all tools installed")
    parser.add_argument("--only", nargs="*", default=["rate", "bug", "proof", "growth", "memory", "processes"])
    parser.add_argument("--programs", nargs="*", help="names in tests/programs; all by default")
    parser.add_argument("--cap", type=float, default=10.0, help="seconds for one search")
    parser.add_argument("--repeat", type=int, default=3, help="runs of hilos, of which the median counts")
    parser.add_argument("--output", type=Path, default=HERE / "results" / "explorer", help="without suffix")
    options = parser.parse_args()

    options.python = str(Path(options.python).absolute())
    names = sorted(path.stem for path in (PROGRAMS / "fail").glob("*.py"))
    if options.programs:
        if unknown := sorted(set(options.programs) - set(names)):
            parser.error(f"no such program in {PROGRAMS}: {', '.join(unknown)}")
        names = [name for name in names if name in options.programs]
    results = {}
    extra: list[str] = []
    scratch = options.output.parent / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    for part in options.only:
        if part in MODES:
            results[part] = compare(part, options.python, names, options.cap, options.repeat)
        elif part == "growth":
            extra += growth(options.python, scratch, options.cap)
        elif part == "memory":
            extra += footprint(options.python, scratch, options.cap)
        elif part == "processes":
            extra += processes(options.python, scratch, options.cap)
        else:
            parser.error(f"unknown part {part}")
    for path in scratch.glob("*.py"):
        path.unlink()
    scratch.rmdir()

    version = subprocess.run([options.python, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    head = ["# The explorer against its peers", "", f"{version}, {platform.machine()}, {os.cpu_count()} cores. "]
    head[-1] += f"Cap {options.cap:g} s for each search; `benchmarks/explorer.py` says how it is measured."
    text = [*head, "", *summary(results), *extra]
    titles = {
        "rate": "Executions, the search repeated for a second",
        "bug": "To the first failing schedule",
        "proof": "To the end of the search",
    }
    for part, table in results.items():
        text += markdown(titles[part], table)
    options.output.with_suffix(".md").write_text("\n".join(text), encoding="utf-8")
    rows = {p: {n: {k: asdict(r) for k, r in t.items()} for n, t in table.items()} for p, table in results.items()}
    rows["extra"] = {"text": {"text": {"lines": extra}}}
    options.output.with_suffix(".json").write_text(json.dumps(rows, indent=1), encoding="utf-8")
    print("\n".join(summary(results)))


if __name__ == "__main__":
    main()
