"""Runs a program with all its locks observed: `python -m hilos.observe.running OPTIONS app.py ARGUMENTS...`.

`hilos run` replaces itself with this, so that the program begins in a fresh interpreter whose streams and signals
nobody has touched.  The program is `__main__` of a module of its own, with its own `sys.argv` and `sys.path[0]`; a
traceback has no frame of ours; `sys.exit`, an uncaught exception and Ctrl+C end the process as they would without us.
The report goes to standard error (or a file) after everything else, when the program's threads have ended.
"""

import atexit
import importlib.machinery
import importlib.util
import io
import json
import os
import signal
import sys
import types
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from hilos import locale
from hilos.companions import accompany
from hilos.errors import HilosError
from hilos.locale import translator
from hilos.observe import announcing, exporting, hub, installation
from hilos.observe.files import write
from hilos.observe.findings import Deadlock
from hilos.observe.report import report
from hilos.observe.spool import Spool
from hilos.observe.timeline import Timeline

_ = translator("observe")

_HERE = os.path.dirname(__file__) + os.sep  # noqa: PTH120  to compare with co_filename
EXIT_AT_DEADLOCK = 70
"""Exit status with `--on-deadlock exit`: EX_SOFTWARE of sysexits.h."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What `hilos run` was asked for.

    Attributes:
        module: the program is a module's name and not a file.
        port: where the metrics are served; None for nowhere.
        timeline: the file to write the timeline to.
        report: the file to write the report to; standard error unless given.
        on_deadlock: `report`, `raise` or `exit`.
        language: of the reports.
    """

    module: bool = False
    port: int | None = None
    timeline: str | None = None
    report: str | None = None
    on_deadlock: str = "report"
    language: str = "es"

    def dumps(self) -> str:
        """As one argument of a command line."""
        return json.dumps(asdict(self))


def main(argv: Sequence[str]) -> None:
    """Run the program that `argv` gives: settings, program, its arguments."""
    settings = Settings(**json.loads(argv[0]))
    locale.set_language(settings.language)
    program, arguments = argv[1], list(argv[2:])
    try:
        code, module = _load_module(program) if settings.module else _load_file(program)
    except HilosError as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from None
    sys.argv = [str(vars(module)["__file__"]) if settings.module else program, *arguments]
    interrupted: list[bool] = []
    _observe(settings, interrupted)
    # The module that was `__main__` until now must outlive its name: this very function's globals are in it.
    sys.modules["__hilos_running__"] = sys.modules["__main__"]
    sys.modules["__main__"] = module
    try:
        exec(code, vars(module))  # noqa: S102  running a program is what we are for
    except SystemExit:
        raise
    except BaseException as error:  # noqa: BLE001  whatever it is, it is shown as Python shows it
        error.__traceback__ = _without_ours(error.__traceback__)
        sys.last_type, sys.last_value, sys.last_traceback = type(error), error, error.__traceback__
        sys.excepthook(type(error), error, error.__traceback__)
        if isinstance(error, KeyboardInterrupt):
            interrupted.append(True)
        raise SystemExit(1) from None


def _without_ours(trace: types.TracebackType | None) -> types.TracebackType | None:
    """The traceback without frames of this package: where the program called a C function, one is shown no frame."""
    if trace is None:
        return None
    following = _without_ours(trace.tb_next)
    if trace.tb_frame.f_code.co_filename.startswith(_HERE):
        return following
    return types.TracebackType(following, trace.tb_frame, trace.tb_lasti, trace.tb_lineno)


def _load_file(path: str) -> tuple[types.CodeType, types.ModuleType]:
    """The program in a file, or in a folder or archive with a `__main__.py`."""
    target = Path(path)
    if target.is_dir() or path.endswith((".pyz", ".zip")):
        sys.path.insert(0, path)
        return _load_main_of(path)
    path = str(target.absolute())
    try:
        with io.open_code(path) as file:
            source = file.read()
    except OSError as error:
        raise HilosError(
            _("No se puede leer el programa {path}: {error}.").format(path=path, error=error.strerror)
        ) from None
    # As Python does, and unlike `-m`, which put the working directory there; with -P and -I neither does.
    if not sys.flags.safe_path:
        sys.path[0] = str(target.resolve().parent)  # resolved, as Python does with a link
    module = types.ModuleType("__main__")
    vars(module).update(__file__=path, __builtins__=__builtins__, __spec__=None)
    vars(module)["__loader__"] = importlib.machinery.SourceFileLoader("__main__", path)
    try:
        code = compile(source, path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        error.__traceback__ = None
        sys.excepthook(type(error), error, None)
        raise SystemExit(1) from None
    return code, module


def _load_main_of(path: str) -> tuple[types.CodeType, types.ModuleType]:
    finder = importlib.machinery.PathFinder.find_spec("__main__", [path])
    if finder is None:
        raise HilosError(_("{path} no tiene __main__.py: no es un programa.").format(path=path))
    return _from_spec(finder)


def _load_module(name: str) -> tuple[types.CodeType, types.ModuleType]:
    """The program as `python -m NAME` finds it."""
    try:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.submodule_search_locations is not None:
            spec = importlib.util.find_spec(f"{name}.__main__")
    except (ImportError, ValueError) as error:
        raise HilosError(_("No se puede importar {name}: {error}.").format(name=name, error=error)) from None
    if spec is None:
        raise HilosError(_("No existe el módulo {name}, o es un paquete sin __main__.").format(name=name))
    return _from_spec(spec)


def _from_spec(spec: importlib.machinery.ModuleSpec) -> tuple[types.CodeType, types.ModuleType]:
    loader: Any = spec.loader
    code = loader.get_code(spec.name) if hasattr(loader, "get_code") else None
    if code is None:
        raise HilosError(_("No existe el módulo {name}, o es un paquete sin __main__.").format(name=spec.name))
    module = types.ModuleType("__main__")
    vars(module).update(
        __file__=spec.origin,
        __cached__=spec.cached,
        __package__=spec.parent,
        __builtins__=__builtins__,
        __loader__=loader,
        __spec__=spec,
    )
    return code, module


def _observe(settings: Settings, interrupted: list[bool]) -> None:
    """Begin to observe, and say what is to be done at the end."""
    pid = os.getpid()
    spool = Spool.create()
    if settings.port is not None:
        _serve(settings.port)
    timeline = Timeline().start() if settings.timeline is not None else None
    hub.configure(on_deadlock=_at_deadlock(settings))
    end_announcement: Callable[[], None] = lambda: None  # noqa: E731
    # Whatever fails here, the program runs.
    with suppress(OSError, HilosError, ValueError):
        end_announcement = announcing.announce(lambda: report(spool.missing()))

    def at_end() -> None:
        if os.getpid() != pid:
            return
        end_announcement()
        with suppress(Exception):
            _say(settings, report(spool.missing()))
        if timeline is not None and settings.timeline is not None:
            try:
                timeline.write(settings.timeline)
                hub.say(
                    _("Línea de tiempo en {file}; eventos descartados por falta de sitio: {n}.").format(
                        file=settings.timeline, n=timeline.dropped
                    )
                )
            except OSError as error:
                hub.say(
                    _("No se pudo escribir la línea de tiempo {file}: {error}.").format(
                        file=settings.timeline, error=error.strerror
                    )
                )
        spool.close()
        if interrupted:
            _die_of_interrupt()

    # Registered first, so called last, when the program's threads and its own atexit functions are done.
    atexit.register(at_end)
    installation.install()
    accompany(None, lambda companion: None)  # whoever cannot, the program runs


def _serve(port: int) -> None:
    from hilos.metrics import Exporter, Metrics

    metrics = Metrics()
    exporting.export(metrics.registry)
    try:
        exporter = Exporter(metrics.registry, port)
    except HilosError as error:
        hub.say(str(error))
        hub.say(_("El programa sigue, sin métricas."))
        return
    sys.modules[__name__].__dict__["_exporter"] = exporter  # as long as the process lives


def _say(settings: Settings, text: str) -> None:
    if settings.report is None:
        hub.say(text)
        return
    try:
        write(settings.report, text + "\n")
    except OSError as error:
        hub.say(_("No se pudo escribir el informe {file}: {error}.").format(file=settings.report, error=error.strerror))
        hub.say(text)


def _at_deadlock(settings: Settings) -> Any:
    if settings.on_deadlock != "exit":
        return settings.on_deadlock

    def leave(deadlock: Deadlock) -> None:
        with suppress(Exception):
            _say(settings, report())
        for stream in (sys.stdout, sys.stderr):
            with suppress(Exception):
                stream.flush()
        os._exit(EXIT_AT_DEADLOCK)

    return leave


def _die_of_interrupt() -> None:
    """End as Python does after an uncaught Ctrl+C: killed by SIGINT, so that a calling shell stops too."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):
            stream.flush()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGINT)


if __name__ == "__main__":
    main(sys.argv[1:])
