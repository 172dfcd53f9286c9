"""Runs a lesson's function in another Python process: a fresh one, or a free-threaded build.

What is run is the function's own source, with the standard-library imports of its file, so that the other interpreter
needs nothing installed and the code that the learner reads is the code that ran.
"""

import ast
import inspect
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from hilos.errors import UsageError
from hilos.locale import translator

_ = translator("lesson")

VARIABLE = "HILOS_FREE_THREADED"
"""Environment variable that names a free-threaded Python."""

_CALL = """
if __name__ == "__main__":
    import json as _json, sys as _sys
    print(_json.dumps({function}(*_json.loads(_sys.argv[1]))))
"""


def program(functions: Sequence[Callable[..., object]]) -> str:
    """A program with the standard-library imports of the functions' file and the functions, that calls the last.

    It takes the arguments as a JSON list in its first argument and prints the result as JSON.
    """
    file = Path(inspect.getfile(functions[-1]))
    imports = [
        ast.unparse(node)
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Import | ast.ImportFrom) and _is_standard(node)
    ]
    parts = ["\n".join(imports), *(inspect.getsource(function) for function in functions)]
    return "\n\n".join(parts) + _CALL.format(function=functions[-1].__name__)


def _is_standard(node: ast.Import | ast.ImportFrom) -> bool:
    names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
    return all(name.split(".")[0] in sys.stdlib_module_names for name in names)


def call(
    functions: Sequence[Callable[..., object]],
    *arguments: object,
    python: str = sys.executable,
    flags: Sequence[str] = (),
    timeout: float = 60.0,
) -> object:
    """Call the last of `functions` in a new process of `python` and return what it returned.

    Arguments:
        functions: plain functions of one file: those that the last one needs, then the last one.
        arguments: what JSON can carry.
        python: the interpreter.
        flags: options for the interpreter, as `("-X", "gil=1")`.
        timeout: seconds; then the process is killed.

    Raises:
        subprocess.SubprocessError: it failed or took too long.
    """
    done = subprocess.run(
        [python, "-I", *flags, "-c", program(functions), json.dumps(arguments)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=timeout,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def runs_without_gil(python: str) -> bool:
    """Whether `python` is an interpreter that runs, and without a GIL."""
    question = "import sys; print(getattr(sys, '_is_gil_enabled', lambda: True)())"
    try:
        answer = subprocess.run(
            [python, "-I", "-c", question], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return answer.returncode == 0 and answer.stdout.strip() == "False"


def find_free_threaded() -> str | None:
    """Path of a free-threaded Python: the one that HILOS_FREE_THREADED names, else python3.13t and newer on PATH.

    Raises:
        UsageError: the variable names something else.
    """
    named = os.environ.get(VARIABLE)
    if named:
        path = shutil.which(named)
        if path is None or not runs_without_gil(path):
            raise UsageError(
                _(
                    "{variable}={value} no es un Python sin GIL que funcione aquí.\n"
                    "Pon la ruta de un python3.13t o posterior, o quita la variable."
                ).format(variable=VARIABLE, value=named)
            )
        return path
    for minor in range(13, 21):
        path = shutil.which(f"python3.{minor}t")
        # A pyenv shim may be on PATH for a version that is not chosen: only what really runs counts.
        if path is not None and runs_without_gil(path):
            return path
    return None
