"""Starts and stops services, and tells how they are."""

import importlib.util
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

import psutil

import hilos
from hilos.errors import HilosError, MissingError, PortError
from hilos.locale import language, translator
from hilos.metrics import holder_of
from hilos.ports import LAB, LESSONS, Service
from hilos.services.record import Record, Records, cannot_write

_ = translator("services")

LAB_NEEDS = ("starlette", "uvicorn", "websockets", "markdown_it", "pygments")
"""Modules of the extra `lab`."""
READY_WITHIN = 40.0
"""Seconds that a service has to answer after it was started."""
GRACE = 5.0
"""Seconds between asking a service to end and ending it."""
ORPHAN_GRACE = 1.0
"""The same for what a service left behind."""


def course_root() -> Path:
    """The folder that holds the course: `HILOS_ROOT`, else the working folder, else where this package stands.

    Raises:
        MissingError: none of them holds the lessons.
    """
    asked = os.environ.get("HILOS_ROOT")
    candidates = [Path(asked)] if asked else [Path.cwd(), Path(hilos.__file__).parents[2]]
    for folder in candidates:
        if (folder / LESSONS[0].script).is_file():
            return folder
    raise MissingError(
        _("Aquí no está el curso: falta {script} en {folder}.\nEntra en la carpeta que clonaste y repite.").format(
            script=LESSONS[0].script, folder=candidates[0]
        )
    )


@dataclass(frozen=True, slots=True)
class Program:
    """A service and the command that runs it.

    Attributes:
        service: its name, port and the path that answers when it is well.
        command: program and arguments.
    """

    service: Service
    command: tuple[str, ...]


def lessons(root: Path, at: Mapping[str, int] | None = None) -> tuple[Program, ...]:
    """The lessons that serve something, each run by this Python.

    Arguments:
        root: the course's folder.
        at: other ports than the usual ones, by service name.
    """
    programs = []
    for usual in LESSONS:
        service = _moved(usual, at)
        command: tuple[str, ...] = (sys.executable, str(root / service.script), *service.arguments)
        if service is not usual:
            command += ("--port", str(service.port))
        programs.append(Program(service, command))
    return tuple(programs)


def lab(root: Path, at: Mapping[str, int] | None = None) -> tuple[Program, ...]:
    """The lab, where what it needs is installed.

    Arguments:
        root: the course's folder.
        at: other ports than the usual ones, by service name.
    """
    if any(importlib.util.find_spec(name) is None for name in LAB_NEEDS):
        return ()
    service = _moved(LAB, at)
    # Its address carries the token, and a log may be read by others: it does not say it.
    command = (sys.executable, "-m", "hilos", "lab", "--no-browser", "--quiet", "--port", str(service.port))
    return (Program(service, command),)


def _moved(service: Service, at: Mapping[str, int] | None) -> Service:
    """The service at the port that `at` names for it, if any."""
    return replace(service, port=at[service.name]) if at and service.name in at else service


class Health(StrEnum):
    """How a service is."""

    UP = "up"  # runs and answers
    STARTING = "starting"  # runs and does not answer (yet)
    DEAD = "dead"  # was started and is gone
    ELSEWHERE = "elsewhere"  # answers, and was not started from here (Docker, another terminal)
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Status:
    """How one service is: `uptime` in seconds, `pid` of the process that was started, where there is one."""

    service: Service
    health: Health
    pid: int | None = None
    uptime: float | None = None


class Supervisor:
    """Starts, stops and watches programs on behalf of one copy of the course.

    Arguments:
        root: the course's folder; records and logs go to `.hilos/` in it.
        tell: called with one line for each thing that happened.
    """

    def __init__(self, root: Path, tell: Callable[[str], None] = print) -> None:
        self.root = root
        self.records = Records(root / ".hilos" / "run")
        self.logs = root / ".hilos" / "logs"
        self._tell = tell
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, programs: Sequence[Program]) -> bool:
        """Start those of `programs` that do not run yet and wait until all answer.

        Returns:
            Whether all do.  One that died or does not answer in time is told with the end of its log.

        Raises:
            PortError: a port is taken by somebody else; nothing was started.
        """
        todo = [program for program in programs if self.status(program.service).health is not Health.UP]
        for program in programs:
            if program not in todo:
                self._tell(_("{name}: ya está en marcha").format(name=program.service.name))
        # All ports are looked at before anything is started: a half-started course helps nobody.
        for program in todo:
            self.stop([program.service.name], quiet=True)
            self._expect_free(program.service)
        for program in todo:
            self._launch(program)
        deadline = time.monotonic() + READY_WITHIN
        # Each is waited for and told of, also after one that failed.
        ready = [self._wait_until_ready(program.service, deadline) for program in todo]
        return all(ready)

    def stop(self, names: Iterable[str], quiet: bool = False) -> None:
        """End what was started under `names`, children included: asked first, forced after `GRACE` seconds."""
        ending: list[Record] = []
        for name in names:
            record = self.records.read(name)
            if record and record.processes():
                ending.append(record)
            else:
                self._forget(name)
                if not quiet:
                    self._tell(_("{name}: no estaba en marcha").format(name=name))
        # The leaders are asked first and alone: they know how to end their children.
        leaders = [leader for leader in (record.leader() for record in ending) if leader]
        _end(leaders, signal.SIGTERM, GRACE)
        for record in ending:
            forced = record.leader() is not None
            _end(record.processes(), signal.SIGTERM, 0.0 if forced else ORPHAN_GRACE)
            _end(record.processes(), signal.SIGKILL, GRACE)
            self._forget(record.name)
            if not quiet:
                how = _("{name}: parado a la fuerza, no respondía") if forced else _("{name}: parado")
                self._tell(how.format(name=record.name))

    def status(self, service: Service) -> Status:
        """How `service` is now."""
        record = self.records.read(service.name)
        leader = record.leader() if record else None
        if record is None or leader is None:
            if answers(service):
                return Status(service, Health.ELSEWHERE)
            return Status(service, Health.DEAD if record else Health.DOWN)
        uptime = time.time() - record.created
        health = Health.UP if answers(service) else Health.STARTING
        return Status(service, health, record.pid, uptime)

    def log_path(self, name: str) -> Path:
        """Where the output of the service called `name` goes."""
        return self.logs / f"{name}.log"

    def log_end(self, name: str, lines: int) -> list[str]:
        """The last `lines` lines that the service called `name` wrote."""
        try:
            text = self.log_path(name).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return []
        return text.splitlines()[-lines:]

    def _forget(self, name: str) -> None:
        child = self._children.pop(name, None)
        if child is not None:
            child.wait()  # it has ended; this takes its zombie away
        self.records.forget(name)

    def _expect_free(self, service: Service) -> None:
        holder = holder_of(service.port)
        if holder is None and not answers(service):
            return
        who = holder or _("otro proceso (¿Docker?)")
        raise PortError(
            _(
                "El puerto {port}, de «{name}», está ocupado: lo tiene {who}. No se ha arrancado nada.\n"
                "Para ese proceso (con Docker: ./run.sh docker-stop) y repite ./run.sh start."
            ).format(port=service.port, name=service.name, who=who)
        )

    def _launch(self, program: Program) -> None:
        name = program.service.name
        log = self.log_path(name)
        try:
            self.logs.mkdir(parents=True, exist_ok=True)
            if log.exists():
                log.replace(log.with_suffix(".log.1"))
            output = log.open("wb")
        except OSError as error:
            raise cannot_write(self.logs, error) from error
        with output:
            try:
                process = subprocess.Popen(
                    program.command,
                    cwd=self.root,
                    env={
                        **os.environ,
                        "HILOS_ROOT": str(self.root),
                        "HILOS_LANG": language(),
                        "PYTHONUNBUFFERED": "1",
                        "PYTHONUTF8": "1",
                    },
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            except OSError as error:
                raise MissingError(
                    _("No se puede ejecutar {program}: {reason}.").format(
                        program=program.command[0], reason=error.strerror
                    )
                ) from error
        self._children[name] = process
        created = psutil.Process(process.pid).create_time()
        self.records.write(Record(name, process.pid, created, program.service.port, str(log)))

    def _wait_until_ready(self, service: Service, deadline: float) -> bool:
        while True:
            status = self.status(service)
            if status.health is Health.UP:
                self._tell(_("{name}: en marcha en {url}").format(name=service.name, url=service.url))
                return True
            if status.health is not Health.STARTING:
                self._tell(_("{name}: ha terminado al arrancar. Lo último que dijo:").format(name=service.name))
            elif time.monotonic() > deadline:
                self._tell(
                    _("{name}: no responde en {url} tras {seconds:.0f} s. Lo último que dijo:").format(
                        name=service.name, url=service.url, seconds=READY_WITHIN
                    )
                )
            else:
                time.sleep(0.1)
                continue
            for line in self.log_end(service.name, 15):
                self._tell(f"    {line}")
            return False


def answers(service: Service, timeout: float = 2.0) -> bool:
    """Whether `service` answers its health path with a status below 400 within `timeout` seconds."""
    try:
        with urllib.request.urlopen(service.url, timeout=timeout) as reply:  # noqa: S310  a constant http URL
            return int(reply.status) < 400
    except (OSError, urllib.error.URLError, ValueError):
        return False


def _end(processes: Sequence[psutil.Process], number: int, within: float) -> None:
    """Send signal `number` to `processes` and wait up to `within` seconds for them to end."""
    for process in processes:
        try:
            process.send_signal(number)
        except psutil.NoSuchProcess:
            continue
        except psutil.AccessDenied as error:
            raise HilosError(
                _("No tienes permiso para parar el proceso {pid}, que arrancó otro usuario.").format(pid=process.pid)
            ) from error
    psutil.wait_procs(processes, timeout=within)
