"""The programs of a file: what `hilos explore FILE` and `hilos replay TOKEN FILE` run.

A file is a program if it has

    WORKERS = [deposit, withdraw]       functions of the state, each run in a thread of its own
    setup() or class State              makes a fresh state
    invariant(state) -> bool            what must hold when all threads have ended (may be left out)

and each function without arguments that `@interleave()` decorates is a program too.  The file is executed once, as an
import would; its name may be anything (`01_race_conditions.py`).
"""

import contextlib
import importlib.util
import io
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from hilos.errors import HilosError, UsageError
from hilos.explore.exploration import explore
from hilos.explore.report import Report
from hilos.locale import translator

_ = translator("explain")


@dataclass(frozen=True, slots=True)
class FileProgram:
    """One program of a file.

    Attributes:
        name: the file's name without `.py`, or the decorated function's.
        parts: the arguments of `explore` that make up the program.
    """

    name: str
    parts: Mapping[str, Any]

    def explore(self, **options: Any) -> Report:
        """Explore it; `options` are those of `hilos.explore.explore`."""
        return explore(**{**self.parts, **options, "name": self.name})


def programs_in(path: Path) -> list[FileProgram]:
    """Load the file and find its programs.

    Raises:
        UsageError: there is no such file, it cannot be loaded, or it has no program.
    """
    module = load(path)
    found = [FileProgram(name, {**options, "body": body}) for name, body, options in _interleaved(module)]
    workers = getattr(module, "WORKERS", None)
    if workers is not None:
        setup = getattr(module, "setup", None) or getattr(module, "State", None)
        if not isinstance(workers, list | tuple):
            raise UsageError(_("{file}: WORKERS debe ser una lista de funciones").format(file=path))
        parts = {"setup": setup, "workers": list(workers), "invariant": getattr(module, "invariant", None)}
        found.insert(0, FileProgram(path.stem, parts))
    if not found:
        raise UsageError(
            _(
                "{file} no tiene ningún programa que explorar.\n"
                "Hace falta WORKERS (una lista de funciones) con setup() o class State, o una función @interleave()."
            ).format(file=path)
        )
    return found


def _interleaved(module: ModuleType) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    for name, value in vars(module).items():
        body = getattr(value, "__hilos_body__", None)
        if body is not None and body.__module__ == module.__name__ and body.__code__.co_argcount == 0:
            yield name, body, value.__hilos_options__


def load(path: Path) -> ModuleType:
    """Execute a file as an import would, whatever its name.

    Raises:
        UsageError: there is no such file, or it cannot be loaded.
    """
    if not path.is_file():
        raise UsageError(_("No existe el archivo {file}").format(file=path))
    name = "explored_" + re.sub(r"\W", "_", path.stem)
    spec = importlib.util.spec_from_file_location(name, path.resolve())
    if spec is None or spec.loader is None:
        raise UsageError(_("{file} no es un archivo de Python (.py)").format(file=path))
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    folder = str(path.resolve().parent)
    sys.path.insert(0, folder)  # as when it is run: its neighbours can be imported
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            spec.loader.exec_module(module)
    except HilosError:
        raise
    except (Exception, SystemExit) as error:
        raise UsageError(_("{file} no se puede cargar: {error}").format(file=path, error=_first_line(error))) from error
    finally:
        with contextlib.suppress(ValueError):
            sys.path.remove(folder)
    return module


def _first_line(error: BaseException) -> str:
    text = (str(error).splitlines() or [""])[0]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
