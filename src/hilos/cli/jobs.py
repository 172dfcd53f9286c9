"""`hilos jobs`: queues in files, and the cluster."""

import argparse
from pathlib import Path

from hilos.cli import _jobs_cluster as cluster
from hilos.cli import _jobs_file as file
from hilos.lesson.options import CourseParser, number, port_number, positive
from hilos.locale import LANGUAGES, translator

_ = translator("cli")


def N_(text: str) -> str:  # noqa: N802  marks a text for the catalogue that is translated later
    """Its argument."""
    return text


SUMMARY = N_("Colas de trabajos duraderas en un archivo, y un clúster para cuando no basta una máquina.")


def configure(parser: CourseParser) -> None:
    """Add its arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar=_("ACCIÓN"))

    def action(name: str, text: str) -> argparse.ArgumentParser:
        made = actions.add_parser(name, help=text, description=text)
        made.add_argument("--lang", choices=LANGUAGES, help=_("idioma de lo que se muestra"))
        return made

    status = action("status", _("cuántos trabajos hay en cada estado"))
    status.add_argument("file", type=Path, metavar=_("ARCHIVO"), help=_("el archivo de la cola"))

    submit = action("submit", _("encarga un trabajo"))
    submit.add_argument("file", type=Path, metavar=_("ARCHIVO"), help=_("el archivo de la cola (se crea si no está)"))
    submit.add_argument("function", metavar=_("MÓDULO:FUNCIÓN"), help=_("la función, por su nombre"))
    submit.add_argument(
        "arguments", nargs="*", metavar="JSON", help=_("sus argumentos; lo que no sea JSON es un texto")
    )
    submit.add_argument("--priority", type=int, default=1, metavar="N", help=_("0 alta, 1 normal, 2 baja"))
    submit.add_argument("--attempts", type=positive, default=1, metavar="N", help=_("cuántas veces se intenta"))
    submit.add_argument("--timeout", type=_seconds, metavar=_("SEGUNDOS"), help=_("límite de cada intento"))
    submit.add_argument("--once-only", action="store_true", help=_("no se repite si muere su proceso"))

    work = action("work", _("hace los trabajos de la cola hasta Ctrl+C"))
    work.add_argument("file", type=Path, metavar=_("ARCHIVO"), help=_("el archivo de la cola (se crea si no está)"))
    work.add_argument("--workers", type=positive, metavar="N", help=_("cuántos procesos (por omisión, uno por CPU)"))
    work.add_argument("--until-empty", action="store_true", help=_("termina cuando no queda ninguno"))
    work.add_argument("--port", type=port_number, metavar="N", help=_("sirve las métricas en ese puerto"))
    work.add_argument(
        "--synchronous", choices=("FULL", "NORMAL"), default="FULL", help=_("FULL aguanta también un corte de luz")
    )

    dead = action("dead", _("muestra los trabajos muertos, o los revive"))
    dead.add_argument("file", type=Path, metavar=_("ARCHIVO"), help=_("el archivo de la cola"))
    dead.add_argument("--traceback", type=positive, metavar="N", help=_("todas las trazas del trabajo número N"))
    dead.add_argument("--revive", metavar="N|all", help=_("pone en cola otra vez el trabajo N, o todos (all)"))

    group = action("cluster", _("arranca un clúster de Dask, o añade trabajadores a uno"))
    group.add_argument("--workers", type=positive, metavar="N", help=_("cuántos procesos (por omisión, uno por CPU)"))
    group.add_argument("--join", metavar=_("DIRECCIÓN"), help=_("añade trabajadores al planificador de esa dirección"))
    group.add_argument("--host", default="127.0.0.1", metavar="IP", help=_("dónde escucha (por omisión, 127.0.0.1)"))
    group.add_argument(
        "--port", type=port_number, default=8786, metavar="N", help=_("puerto del planificador (por omisión, 8786)")
    )
    group.add_argument(
        "--metrics-port",
        type=port_number,
        default=8787,
        metavar="N",
        help=_("puerto de sus métricas (por omisión, 8787)"),
    )


def _seconds(text: str) -> float:
    said = _("«{text}» no vale: tiene que ser un número mayor que 0").format(text=text)
    return number(float, text, lambda value: 0 < value < 1e9, said)


def run(options: argparse.Namespace) -> int:
    """Do it."""
    return {
        "status": file.status,
        "submit": file.submit,
        "work": file.work,
        "dead": file.dead,
        "cluster": cluster.run,
    }[options.action](options)
