"""`hilos explore FILE...`: every interleaving of a file's programs, or a proof."""

import argparse
import contextlib
import io
import json
import shlex
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TextIO

from hilos.cli import _schedules
from hilos.errors import UsageError
from hilos.explore import Report, Trouble, Verdict
from hilos.explore.explain.render import render
from hilos.explore.exploration import Budget
from hilos.explore.program_file import programs_in
from hilos.lesson import CourseParser
from hilos.lesson.options import number
from hilos.locale import translator

_ = translator("cli_explore")
N_ = str

SUMMARY = N_(
    "Prueba todos los órdenes en que pueden entrelazarse los hilos de un programa, o demuestra que es correcto"
)

STATUS = {Verdict.PROVED: 0, Verdict.VIOLATED: 1, Verdict.UNFINISHED: 3}


def configure(parser: CourseParser) -> None:
    """Add the arguments."""
    parser.epilog = _(
        "El archivo tiene WORKERS (una lista de funciones), setup() o class State, y si se quiere invariant(estado)."
        " Estado de salida: 0 demostrado, 1 falla, 2 mal pedido, 3 sin terminar."
    )
    parser.add_argument("files", nargs="+", type=Path, metavar=_("archivo"), help=_("archivos de Python con programas"))
    parser.add_argument(
        "--strategy",
        choices=("dpor", "pos", "pct", "surw", "random", "kinds", "mix"),
        default="dpor",
        help=_("dpor demuestra (por omisión); las demás prueban muestras, y mix las alterna todas"),
    )
    parser.add_argument(
        "--budget", type=budget, metavar="N", help=_("cuánto puede durar: 5000 (ejecuciones), 30s o 2m (tiempo)")
    )
    parser.add_argument("--preemptions", type=natural, metavar="N", help=_("como máximo, N cambios forzados de hilo"))
    parser.add_argument(
        "--operations", type=natural, metavar="N", default=10_000, help=_("operaciones tras las que no hay progreso")
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help=_("semilla de las muestras"))
    parser.add_argument(
        "--jobs", type=natural, default=1, metavar="N", help=_("procesos entre los que repartir una demostración larga")
    )
    parser.add_argument("--all", action="store_true", help=_("sigue después del primer fallo"))
    parser.add_argument("--data-races", action="store_true", help=_("cuenta como fallo cualquier carrera de datos"))
    parser.add_argument("--program", metavar=_("nombre"), help=_("solo el programa que se llama así"))
    parser.add_argument("--json", action="store_true", help=_("escribe el informe como JSON"))
    parser.add_argument(
        "--html",
        type=Path,
        metavar=_("archivo"),
        help=_("escribe los fallos en un archivo HTML que se recorre paso a paso"),
    )
    parser.add_argument("--lang", choices=("es", "en"), help=_("idioma de lo que se muestra"))


def natural(text: str) -> int:
    """A whole number that is not negative."""
    said = _("«{text}» no es un número natural").format(text=text)
    return number(int, text, lambda value: value >= 0, said)


def budget(text: str) -> int | float:
    """So many executions (an int) or seconds (a float)."""
    unit = {"s": 1.0, "m": 60.0}.get(text[-1:])
    try:
        amount = float(text[:-1]) * unit if unit else int(text)
    except ValueError:
        amount = 0
    if not 0 < amount < 10**12:
        raise argparse.ArgumentTypeError(
            _("«{text}» no es un presupuesto; escribe 5000 (ejecuciones), 30s o 2m (tiempo)").format(text=text)
        )
    return amount


def run(options: argparse.Namespace) -> int:
    """Explore, tell, and give the status of the worst."""
    amount = options.budget
    limits = Budget(
        executions=amount if isinstance(amount, int) else None,
        seconds=amount if isinstance(amount, float) else None,
        operations=options.operations,
        preemptions=options.preemptions,
    )
    reports: list[Report] = []
    with _processes(options.jobs, options.files) as executor:
        _explore(options, limits, executor, reports)
    if options.json:
        print(as_json(reports))
    if options.html:
        keep_html(options.html, reports, sys.stderr if options.json else sys.stdout)
    return worst(reports)


def _explore(options: argparse.Namespace, limits: Budget, executor: Executor | None, reports: list[Report]) -> None:
    for file in options.files:
        chosen = [program for program in programs_in(file) if options.program in (None, program.name)]
        if not chosen:
            raise UsageError(_("{file} no tiene un programa «{name}»").format(file=file, name=options.program))
        for program in chosen:
            with quiet():
                report = program.explore(
                    strategy=options.strategy,
                    budget=limits,
                    seed=options.seed,
                    stop_on_first=not options.all,
                    data_races=options.data_races,
                    executor=executor,
                    compare=options.html is not None,
                )
            reports.append(report)
            for finding in report.findings:
                _schedules.remember(finding.schedule.token, file, program.name)
            if not options.json:
                tell(report, file, first=len(reports) == 1)


@contextlib.contextmanager
def _processes(jobs: int, files: list[Path]) -> Iterator[Executor | None]:
    """So many processes that have loaded the same files; none for one job."""
    if jobs < 2:
        yield None
        return
    # Spawned, since a copy of this process would inherit whatever threads an imported file has started.
    executor = ProcessPoolExecutor(jobs, get_context("spawn"), _load, ([str(file) for file in files],))
    try:
        yield executor
    finally:
        executor.shutdown(cancel_futures=True)


def _load(files: list[str]) -> None:
    """In a worker process: load what the parent has loaded; Ctrl+C is the parent's affair."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for file in files:
        programs_in(Path(file))


def tell(report: Report, file: Path, *, first: bool = True) -> None:
    """Print the explanation, with the command that replays it."""
    if not first:
        print("\n" + "═" * 80 + "\n")
    command = f"hilos replay {{token}} {shlex.quote(str(file))}"
    if any(finding.trouble is Trouble.DATA_RACE for finding in report.findings):
        command += " --data-races"
    print(render(report, replay=command), flush=True)


def as_json(reports: list[Report]) -> str:
    """All reports as one JSON document."""
    document: dict[str, Any] = {"version": 1, "reports": [report.to_dict() for report in reports]}
    return json.dumps(document, ensure_ascii=False, indent=2)


def keep_html(file: Path, reports: list[Report], told: TextIO) -> None:
    """Write the findings of all reports as one file to step through, and say so.

    Raises:
        UsageError: it cannot be written.
    """
    from hilos.lab import exporting, stepping  # here, since most explorations write none

    traces = [stepping.of_finding(report, number) for report in reports for number in range(len(report.findings))]
    if not traces:
        print(_("No hay ningún fallo que recorrer: {file} no se ha escrito.").format(file=file), file=told)
        return
    exporting.write(file, traces)
    print("\n" + _("Para verlo paso a paso, abre {file} en un navegador.").format(file=file), file=told)


def worst(reports: list[Report]) -> int:
    """1 if any is violated, else 3 if any is unfinished, else 0."""
    statuses = {STATUS[report.verdict] for report in reports}
    return next((status for status in (1, 3) if status in statuses), 0)


def quiet() -> contextlib.AbstractContextManager[Any]:
    """What the program prints, it would print once an execution: nobody wants that a thousand times."""
    return contextlib.redirect_stdout(_Nowhere())


class _Nowhere(io.TextIOBase):
    """A text file that keeps nothing."""

    encoding = sys.getdefaultencoding()

    def write(self, text: str, /) -> int:
        return len(text)
