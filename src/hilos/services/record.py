"""What is known of a started service, kept in a file; and whether it still is the process that was started.

A process id alone does not name a process: it is used again after a crash or a reboot.  A record therefore keeps the
process's creation time as well.  Services are started as leaders of a session of their own, and the kernel does not
give a session's id to a new process while the session has members: so when the leader is gone, whatever still has its
session id is what it left behind.
"""

import contextlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from hilos.errors import UsageError
from hilos.locale import translator

_ = translator("services")

# psutil computes creation times from clock ticks since boot; reading one twice may differ by a tick or two.
SAME_TIME = 1.0


@dataclass(frozen=True, slots=True)
class Record:
    """One service that was started.

    Attributes:
        name: the service's name.
        pid: process id, also the id of the session that it leads.
        created: the process's creation time, in seconds since the epoch.
        port: TCP port that it was told to listen on.
        log: where its output goes.
    """

    name: str
    pid: int
    created: float
    port: int
    log: str

    def leader(self) -> psutil.Process | None:
        """The process that was started, if it still runs."""
        try:
            process = psutil.Process(self.pid)
            if abs(process.create_time() - self.created) > SAME_TIME or process.status() == psutil.STATUS_ZOMBIE:
                return None
        except psutil.Error:
            return None
        return process

    def processes(self) -> list[psutil.Process]:
        """The process that was started and every process that it left in its session."""
        if psutil.boot_time() > self.created + SAME_TIME:
            return []
        leader = self.leader()
        if leader is None and _alive(self.pid):
            return []  # somebody else has the id now, so no process of the old session is left
        found = [] if leader is None else [leader]
        for process in psutil.process_iter():
            if process.pid == self.pid:
                continue
            try:
                if os.getsid(process.pid) == self.pid and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
            except (OSError, psutil.Error):
                continue
        return found


def _alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


class Records:
    """The records of all services, one file each.

    Arguments:
        folder: where the files are; made when the first is written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, record: Record) -> None:
        """Keep `record`, in place of an older one of that name.

        Raises:
            UsageError: the folder cannot be written.
        """
        file = self.folder / f"{record.name}.json"
        beside = file.with_suffix(".new")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            beside.write_text(json.dumps(asdict(record)) + "\n", encoding="utf-8")
            beside.replace(file)
        except OSError as error:
            raise cannot_write(self.folder, error) from error

    def read(self, name: str) -> Record | None:
        """The record of the service called `name`; None where there is none or its file is damaged."""
        try:
            data = json.loads((self.folder / f"{name}.json").read_text(encoding="utf-8"))
            return Record(**data)
        except (OSError, ValueError, TypeError):
            return None

    def forget(self, name: str) -> None:
        """Remove the record of the service called `name`, if there is one."""
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            (self.folder / f"{name}.json").unlink()

    def names(self) -> list[str]:
        """Names of the services that have a record."""
        return sorted(file.stem for file in self.folder.glob("*.json"))


def cannot_write(folder: Path, error: OSError) -> UsageError:
    """The error for a folder of ours that cannot be written."""
    return UsageError(
        _("No se puede escribir en {folder}: {reason}.\nHaz que la carpeta sea tuya o copia el curso a otra.").format(
            folder=folder, reason=error.strerror
        )
    )
