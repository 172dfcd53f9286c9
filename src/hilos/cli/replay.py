"""`hilos replay TOKEN [FILE]`: the very execution that a finding showed, again."""

import argparse
import sys
from pathlib import Path

from hilos.cli import _schedules
from hilos.cli.explore import STATUS, as_json, keep_html, quiet, tell
from hilos.errors import UsageError
from hilos.explore import Schedule
from hilos.explore.program_file import programs_in
from hilos.lesson import CourseParser
from hilos.locale import translator

_ = translator("cli_replay")
N_ = str

SUMMARY = N_("Repite la ejecución que mostró un fallo, a partir de su ficha")


def configure(parser: CourseParser) -> None:
    """Add the arguments."""
    parser.epilog = _("Estado de salida: 1 si vuelve a fallar, 2 mal pedido, 3 si no falla.")
    parser.add_argument("token", metavar=_("ficha"), help=_("la que mostró «hilos explore», como h1.ab2a.2befd284"))
    parser.add_argument(
        "file", nargs="?", type=Path, metavar=_("archivo"), help=_("el programa; sin él, el último que dio esa ficha")
    )
    parser.add_argument("--program", metavar=_("nombre"), help=_("cuál, si el archivo tiene varios"))
    parser.add_argument("--data-races", action="store_true", help=_("cuenta como fallo cualquier carrera de datos"))
    parser.add_argument("--json", action="store_true", help=_("escribe el informe como JSON"))
    parser.add_argument(
        "--html",
        type=Path,
        metavar=_("archivo"),
        help=_("escribe el fallo en un archivo HTML que se recorre paso a paso"),
    )
    parser.add_argument("--lang", choices=("es", "en"), help=_("idioma de lo que se muestra"))


def run(options: argparse.Namespace) -> int:
    """Run the schedule and tell what came of it."""
    schedule = Schedule.parse(options.token)
    known = _schedules.recall(options.token)
    file, name = options.file, options.program
    if file is None:
        if known is None:
            raise UsageError(
                _(
                    "No se sabe de qué programa es {token}: añade su archivo.\nPor ejemplo: hilos replay {token} FILE"
                ).format(token=options.token)
            )
        file = known[0]
    if name is None and known is not None and known[0] == file.resolve():
        name = known[1]
    programs = programs_in(file)
    chosen = [program for program in programs if name in (None, program.name)]
    if not chosen:
        raise UsageError(_("{file} no tiene un programa «{name}»").format(file=file, name=name))
    if len(chosen) > 1:
        raise UsageError(
            _("{file} tiene varios programas; elige uno con --program: {names}").format(
                file=file, names=", ".join(program.name for program in chosen)
            )
        )
    with quiet():
        report = chosen[0].explore(schedule=schedule, data_races=options.data_races, compare=options.html is not None)
    if options.json:
        print(as_json([report]))
    else:
        tell(report, file)
    if options.html:
        keep_html(options.html, [report], sys.stderr if options.json else sys.stdout)
    return STATUS[report.verdict]
