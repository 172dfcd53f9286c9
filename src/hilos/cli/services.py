"""`hilos services start|stop|restart|status|logs`: what run.sh calls."""

import argparse
import fcntl
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from hilos.errors import UsageError
from hilos.lesson import CourseParser, Narrator
from hilos.locale import translator
from hilos.ports import LAB
from hilos.services import STACK_NAMES, Program, Supervisor, course_root, lab, lessons, stack
from hilos.services.record import cannot_write
from hilos.services.supervisor import Health

_ = translator("cli_services")
N_ = str

SUMMARY = N_("Arranca, para y vigila los servicios del curso")


def configure(parser: CourseParser) -> None:
    """Add the arguments."""
    parser.add_argument("action", choices=("start", "stop", "restart", "status", "logs"))
    parser.add_argument("names", nargs="*", metavar=_("servicio"), help=_("solo estos; por omisión, todos"))
    parser.add_argument(
        "--stack", action="store_true", help=_("también Prometheus, Alertmanager y node exporter, sin Docker")
    )
    parser.add_argument("-f", "--follow", action="store_true", help=_("con logs: sigue mostrando lo nuevo"))
    parser.add_argument("-n", "--lines", type=int, default=40, metavar="N", help=_("con logs: cuántas líneas"))
    parser.add_argument("--lang", choices=("es", "en"), help=_("idioma de lo que se muestra"))


def run(options: argparse.Namespace) -> int:
    """Do what was asked."""
    root = course_root()
    supervisor = Supervisor(root)
    programs = _chosen(_known(root, supervisor, options), options.names)
    names = [program.service.name for program in programs]
    if options.action == "status":
        return _status(root, supervisor, programs)
    if options.action == "logs":
        return _logs(supervisor, names, options.lines, options.follow)
    with _alone(root):
        if options.action in ("stop", "restart"):
            supervisor.stop(names)
        if options.action in ("start", "restart"):
            return 0 if supervisor.start(programs) else 1
    return 0


def _known(root: Path, supervisor: Supervisor, options: argparse.Namespace) -> list[Program]:
    """The lessons, the lab, and the stack where it was asked for, named, or already started."""
    known = [*lessons(root), *lab(root)]
    started = set(supervisor.records.names()) & set(STACK_NAMES)
    named = set(options.names) & set(STACK_NAMES)
    if options.stack or named or (started and options.action != "start"):
        known += stack(root)
    return known


def _chosen(programs: Sequence[Program], names: Sequence[str]) -> list[Program]:
    known = {program.service.name: program for program in programs}
    for name in names:
        if name not in known:
            raise UsageError(
                _("No existe el servicio «{name}». Los que hay: {known}.").format(name=name, known=", ".join(known))
            )
    return [known[name] for name in names] if names else list(programs)


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """One start or stop at a time: two terminals must not start the same service twice."""
    folder = root / ".hilos"
    try:
        folder.mkdir(exist_ok=True)
        file = (folder / "lock").open("w")
    except OSError as error:
        raise cannot_write(folder, error) from error
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _status(root: Path, supervisor: Supervisor, programs: Sequence[Program]) -> int:
    words = {
        Health.UP: _("responde"),
        Health.STARTING: _("no responde"),
        Health.DEAD: _("ha muerto"),
        Health.ELSEWHERE: _("responde (no la arrancó run.sh)"),
        Health.DOWN: _("parado"),
    }
    tell = Narrator()
    found = [supervisor.status(program.service) for program in programs]
    tell.table(
        [_("servicio"), _("puerto"), "PID", _("salud"), _("en marcha")],
        [
            (each.service.name, each.service.port, each.pid or "-", words[each.health], _duration(each.uptime))
            for each in found
        ],
    )
    well = (Health.UP, Health.ELSEWHERE)
    for each in found:
        if each.health is Health.DEAD:
            tell.say(_("{name} ha muerto. Lo último que dijo:").format(name=each.service.name))
            tell.code("\n".join(supervisor.log_end(each.service.name, 15)))
    if any(each.service.name == LAB.name and each.health in well for each in found):
        _tell_lab(root, tell)
    if all(each.health in well for each in found):
        return 0
    tell.next_step(_("Algo no está en marcha. Para arrancarlo:"), "./run.sh start")
    return 1


def _tell_lab(root: Path, tell: Narrator) -> None:
    """The lab's address with its token: the table's port alone opens nothing."""
    from hilos.lab.address import Address, token

    tell.say(_("El laboratorio, para abrirlo en el navegador: {url}").format(url=Address(LAB.port, token(root)).url))


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"


def _logs(supervisor: Supervisor, names: Sequence[str], lines: int, follow: bool) -> int:
    width = max(map(len, names))
    positions = {}
    for name in names:
        path = supervisor.log_path(name)
        for line in supervisor.log_end(name, lines):
            print(f"{name:<{width}} | {line}")
        positions[name] = path.stat().st_size if path.exists() else 0
    if not follow and not any(positions.values()):
        print(_("Todavía no hay registros: nada se ha arrancado desde aquí."), file=sys.stderr)
    try:
        while follow:
            for name in names:
                positions[name] = _print_new(supervisor.log_path(name), positions[name], f"{name:<{width}} | ")
            time.sleep(0.3)
    except KeyboardInterrupt:
        print()
    return 0


def _print_new(path: Path, position: int, prefix: str) -> int:
    try:
        size = path.stat().st_size
        if size < position:
            position = 0  # started again: a new file
        if size > position:
            with path.open("rb") as file:
                file.seek(position)
                data = file.read(size - position)
            # What has no line end yet is shown when it has.
            whole = data[: data.rfind(b"\n") + 1]
            for line in whole.decode("utf-8", errors="replace").splitlines():
                print(prefix + line, flush=True)
            return position + len(whole)
    except OSError:
        pass
    return position
