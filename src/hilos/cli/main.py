"""`hilos COMMAND ...`: finds the command's file in this package and runs it.

A command is a module of this package whose name does not begin with an underscore and that has

    _ = translator("cli_COMMAND")                  its own catalogue
    SUMMARY: str                                   one line in Spanish, marked with N_ (= str) and looked up there
    configure(parser: CourseParser) -> None        adds its arguments
    run(options: argparse.Namespace) -> int        does it and gives the exit status

Only the chosen command's module is imported, so that none pays for the others' dependencies.
"""

import importlib
import pkgutil
import sys
from collections.abc import Sequence
from types import ModuleType

import hilos
from hilos import cli
from hilos.lesson.options import CourseParser, guarded
from hilos.locale import translator

_ = translator("cli")


def command_names() -> list[str]:
    """Names of all commands, in alphabetical order."""
    return sorted(
        module.name.replace("_", "-")
        for module in pkgutil.iter_modules(cli.__path__)
        if module.name != "main" and not module.name.startswith("_")
    )


def _command(name: str) -> ModuleType:
    return importlib.import_module(f"hilos.cli.{name.replace('-', '_')}")


def _summary(name: str) -> str:
    command = _command(name)
    summary: str = command._(command.SUMMARY)
    return summary


def _overview() -> str:
    width = max(map(len, command_names()), default=0)
    rows = "\n".join(f"  {name:<{width}}  {_summary(name)}" for name in command_names())
    return _("Uso: hilos ORDEN [opciones]\n\n{rows}\n\nAyuda de una orden: hilos ORDEN --help").format(rows=rows)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that `argv` (default: the process's arguments) names and return its exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    return guarded(lambda: _dispatch(arguments))


def _dispatch(arguments: list[str]) -> int:
    parser = CourseParser(prog="hilos", add_help=False)
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(_overview())
        return 0
    if arguments[0] in ("-V", "--version"):
        print(f"hilos {hilos.__version__}")
        return 0
    name = arguments[0]
    if name not in command_names():
        parser.error(
            _("no existe la orden «{name}». Las que hay: {names}").format(name=name, names=", ".join(command_names()))
        )
    command = _command(name)
    parser = CourseParser(prog=f"hilos {name}", description=_summary(name))
    command.configure(parser)
    options = parser.parse_args(arguments[1:])
    result: int = command.run(options)
    return result
