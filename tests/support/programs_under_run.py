"""Runs programs plainly and under `hilos run`, as a developer does."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

from support.lessons import environment


def start(
    folder: Path, source: str, *arguments: str, observed: bool = True, options: tuple[str, ...] = (), **extra: str
) -> subprocess.Popen[str]:
    """Start the program `source`, written to `folder`, with pipes for what it prints."""
    program = folder / "app.py"
    program.write_text(textwrap.dedent(source), "utf-8")
    command = [sys.executable, "-m", "hilos", "run", *options] if observed else [sys.executable]
    return subprocess.Popen(
        [*command, str(program), *arguments],
        cwd=folder,
        env=environment(TMPDIR=os.environ.get("TMPDIR", "/tmp"), **extra),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def run(folder: Path, source: str, *arguments: str, timeout: float = 50, **how) -> subprocess.CompletedProcess[str]:
    """Run it to its end."""
    with start(folder, source, *arguments, **how) as process:
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def both(folder: Path, source: str, *arguments: str, **how):
    """Run it plainly and observed; the report goes to a file, so that standard error can be compared."""
    plain = run(folder, source, *arguments, observed=False)
    report = folder / "report.txt"
    options = ("--report", str(report), *how.pop("options", ()))
    observed = run(folder, source, *arguments, options=options, **how)
    return plain, observed, report.read_text("utf-8") if report.exists() else ""
