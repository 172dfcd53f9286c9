"""The monitoring stack without Docker: the binaries found on PATH, with the repository's own configuration files.

Only addresses differ: the files name the services as docker-compose.yml does (`races:8000`), and here each such name
becomes 127.0.0.1.  The rewritten copies are written to `.hilos/stack/`, where their data are kept too.
"""

import re
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from hilos import ports
from hilos.errors import MissingError
from hilos.locale import translator
from hilos.ports import Service
from hilos.services.record import cannot_write
from hilos.services.supervisor import Program

_ = translator("services")

# Debian's names first, then those of Homebrew and of the projects' own downloads.
BINARIES = {
    ports.PROMETHEUS.name: ("prometheus",),
    ports.ALERTMANAGER.name: ("prometheus-alertmanager", "alertmanager"),
    ports.NODE_EXPORTER.name: ("prometheus-node-exporter", "node_exporter"),
}
ADDRESSED = (*ports.LESSONS, ports.PROMETHEUS, ports.ALERTMANAGER, ports.NODE_EXPORTER, ports.ALERT_WEBHOOK)
"""Services that the configuration files name with their ports."""
COPIED = ("prometheus.yml", "alerts.yml", "recording.yml", "alertmanager.yml")


def rewrite_addresses(text: str, at: Mapping[str, int]) -> str:
    """`text` with each `NAME:PORT` of the course's services as `127.0.0.1:PORT`.

    Arguments:
        text: a configuration file.
        at: other ports than the usual ones, by service name.
    """
    for service in ADDRESSED:
        here = f"127.0.0.1:{at.get(service.name, service.port)}"
        text = re.sub(rf"\b{re.escape(service.name)}:{service.port}\b", here, text)
    return text


def write_configuration(root: Path, folder: Path, at: Mapping[str, int]) -> None:
    """Write the rewritten copies of `root`/prometheus/*.yml to `folder`.

    Raises:
        MissingError: the course has no such file.
        UsageError: the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(folder, error) from error
    for name in COPIED:
        source = root / "prometheus" / name
        try:
            text = source.read_text(encoding="utf-8")
        except OSError as error:
            raise MissingError(
                _("Falta {file}.\nRecupéralo con: git checkout prometheus").format(file=source)
            ) from error
        beside = folder / f"{name}.new"
        try:
            beside.write_text(rewrite_addresses(text, at), encoding="utf-8")
            beside.replace(folder / name)
        except OSError as error:
            raise cannot_write(folder, error) from error


def find(service: Service) -> str | None:
    """Path of the binary that runs `service`, if it is on PATH."""
    for name in BINARIES[service.name]:
        path = shutil.which(name) or shutil.which(name, path="/usr/bin:/usr/sbin:/usr/local/bin:/opt/homebrew/bin")
        if path:
            return path
    return None


def stack(root: Path, at: Mapping[str, int] | None = None) -> tuple[Program, ...]:
    """The programs of the stack, their configuration written.

    Arguments:
        root: the course's folder.
        at: other ports than the usual ones, by service name.

    Raises:
        MissingError: a binary is not there; the message says how to get it.
    """
    at = at or {}
    missing = [
        service.name for service in (ports.PROMETHEUS, ports.ALERTMANAGER, ports.NODE_EXPORTER) if not find(service)
    ]
    if missing:
        raise MissingError(
            _(
                "Para --stack falta: {missing}. Debian y Ubuntu: sudo apt install prometheus prometheus-alertmanager "
                "prometheus-node-exporter\nmacOS: brew install prometheus alertmanager node_exporter"
            ).format(missing=", ".join(missing))
        )
    folder = root / ".hilos" / "stack"
    write_configuration(root, folder, at)

    def program(service: Service, *arguments: str) -> Program:
        port = at.get(service.name, service.port)
        moved = Service(service.name, port, service.path)
        command = [each.replace("{port}", str(port)) for each in arguments]
        return Program(moved, tuple(command))

    return (
        program(ports.ALERT_WEBHOOK, sys.executable, "-m", "hilos", "alerts", "--port", "{port}"),
        program(
            ports.ALERTMANAGER,
            str(find(ports.ALERTMANAGER)),
            f"--config.file={folder / 'alertmanager.yml'}",
            f"--storage.path={folder / 'alertmanager'}",
            "--web.listen-address=127.0.0.1:{port}",
            "--cluster.listen-address=",  # empty: otherwise it gossips on every interface
        ),
        program(ports.NODE_EXPORTER, str(find(ports.NODE_EXPORTER)), "--web.listen-address=127.0.0.1:{port}"),
        program(
            ports.PROMETHEUS,
            str(find(ports.PROMETHEUS)),
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={folder / 'prometheus'}",
            "--storage.tsdb.retention.time=15d",
            "--web.listen-address=127.0.0.1:{port}",
        ),
    )


STACK_NAMES = (ports.ALERT_WEBHOOK.name, ports.ALERTMANAGER.name, ports.NODE_EXPORTER.name, ports.PROMETHEUS.name)
"""In the order in which they are started."""
