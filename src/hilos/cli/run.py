"""`hilos run app.py ARGUMENTS`: the program as it is, with all its locks observed."""

import argparse
import os
import subprocess
import sys

from hilos import locale
from hilos.errors import UsageError
from hilos.lesson.options import port_number
from hilos.locale import translator
from hilos.observe.running import Settings

_ = translator("cli")


def N_(text: str) -> str:  # noqa: N802  gettext's name for a text that is translated elsewhere
    """Mark `text` for the catalogue."""
    return text


SUMMARY = N_("Ejecuta un programa y observa sus locks: quién espera, inversiones de orden, deadlocks.")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("--lang", choices=locale.LANGUAGES, help=_("idioma de lo que se muestra"))
    parser.add_argument(
        "--port", type=port_number, metavar="N", help=_("sirve las métricas en http://127.0.0.1:N/metrics")
    )
    parser.add_argument(
        "--timeline", metavar="FILE", help=_("escribe al final la línea de tiempo, para abrirla con Perfetto")
    )
    parser.add_argument("--report", metavar="FILE", help=_("escribe el informe en FILE y no en la salida de errores"))
    parser.add_argument(
        "--on-deadlock",
        choices=("report", "raise", "exit"),
        default="report",
        help=_("ante un deadlock: avisar (report), lanzar DeadlockError en un hilo (raise) o salir (exit, estado 70)"),
    )
    parser.add_argument(
        "--lab",
        action="store_true",
        help=_("muestra sus hilos y sus locks en el laboratorio que está en marcha (hilos lab)"),
    )
    parser.add_argument("-m", dest="module", metavar="MODULE", nargs=argparse.REMAINDER, help=_("como python -m"))
    parser.add_argument("program", nargs="?", metavar="app.py", help=_("el programa"))
    parser.add_argument("arguments", nargs=argparse.REMAINDER, metavar="...", help=_("sus argumentos, tal cual"))


def run(options: argparse.Namespace) -> int:
    """Become the program."""
    command = list(options.module or ([options.program, *options.arguments] if options.program else []))
    if not command:
        raise UsageError(_("Falta el programa.\nPor ejemplo: hilos run app.py, o hilos run -m paquete."))
    settings = Settings(
        module=options.module is not None,
        port=options.port,
        timeline=os.path.abspath(options.timeline) if options.timeline else None,  # noqa: PTH100
        report=os.path.abspath(options.report) if options.report else None,  # noqa: PTH100
        on_deadlock=options.on_deadlock,
        language=locale.language(),
    )
    if options.lab:
        os.environ["HILOS_LAB"] = _lab()
    flags = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]  # as multiprocessing does
    arguments = [sys.executable, *flags, "-m", "hilos.observe.running", settings.dumps(), *command]
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    if os.name != "nt":  # there, exec would give the shell its prompt back at once
        os.execv(sys.executable, arguments)  # noqa: S606
    return subprocess.call(arguments)


def _lab() -> str:
    """Where the lab hears what programs do; says where people see it.

    Raises:
        UsageError: it is not running.
    """
    from hilos.lab.address import where_emitters_go
    from hilos.services import course_root

    found = where_emitters_go(course_root())
    if found is None:
        raise UsageError(_("El laboratorio no está en marcha. Ábrelo con «hilos lab» (o ./run.sh lab) y repite."))
    print(_("En el laboratorio se ve ahora: {page}").format(page=f"{found[1]}/"), file=sys.stderr, flush=True)
    return found[0]
