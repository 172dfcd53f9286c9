"""How what child processes count reaches the parent that `hilos run` started.

A child's locks count in the child's own memory.  Each child therefore writes what it has counted to a file of its own
in a folder that the parent reads when it is scraped or reports: four times a second, and once more, marked as final,
when it ends (by `atexit`, or by `os._exit`, which is how forked children of multiprocessing end).  Children are
forked (then they inherit all of this), or spawned (then multiprocessing's preparation data carry the folder's name and
`Passenger` begins to observe in them).

prometheus_client's multiprocess mode was the alternative.  It needs an environment variable before the program's first
import, maps one file for each process and type, and pays for every increment; here a child pays nothing a lock.

A child that is killed loses at most its last quarter of a second, and not silently: its file is not marked final, and
`missing` counts it.
"""

import _thread
import atexit
import json
import os
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hilos.observe import hub, records
from hilos.observe.announcing import folder
from hilos.observe.files import write
from hilos.observe.forking import prepare
from hilos.observe.records import Totals

INTERVAL = 0.25
"""Seconds between two writings of a child."""


@dataclass(slots=True)
class Handed:
    """What children have handed in.

    Attributes:
        totals: counts by type and name.
        violations, deadlocks: how many they found.
        findings: their reports, as text.
    """

    totals: dict[tuple[str, str], Totals] = field(default_factory=dict)
    violations: int = 0
    deadlocks: int = 0
    findings: list[str] = field(default_factory=list)

    def add(self, content: dict[str, Any]) -> None:
        """Add the content of one child's file."""
        for type, name, acquired, hold, hold_sum, wait, wait_sum, timeouts, failed in content["series"]:
            counted = Totals(acquired, hold, hold_sum, wait, wait_sum, timeouts, failed)
            self.totals.setdefault((type, name), Totals()).add(counted)
        self.violations += content["violations"]
        self.deadlocks += content["deadlocks"]
        self.findings += content["findings"]


class Spool:
    """The folder, seen from the parent or from a child.

    Arguments:
        place: where it is.
        parent: the PID of the process that reads it.
    """

    def __init__(self, place: Path, parent: int) -> None:
        self.place = place
        self.parent = parent
        self._ended = Handed()
        self._missing = 0
        self._last: object = None

    @classmethod
    def create(cls) -> "Spool":
        """Make this process the parent.  Where that is impossible, children's counts are missing and nothing else."""
        global current
        pid = os.getpid()
        prepare()  # first: what it registers must run in a child before what is registered here
        place = Path(os.devnull)
        with suppress(Exception):
            _sweep()
            place = folder() / f"spool-{pid}"
            place.mkdir(mode=0o700)
        current = cls(place, pid)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=_forked)
        _take_passenger()
        return current

    # In a child.

    def join(self) -> None:
        """Begin to write, as a child; the file is there from now on, so that a child that is killed is missed."""
        self._last = None
        self.hand_in(final=False)
        atexit.register(self.hand_in)
        leave = os._exit

        def leave_after_handing_in(status: int) -> None:
            self.hand_in()
            leave(status)

        os._exit = leave_after_handing_in  # type: ignore[assignment]
        # Not a threading.Thread: the program's enumerate(), active_count() and shutdown do not see it.
        with suppress(RuntimeError):
            _thread.start_new_thread(self._keep_writing, (os.getpid(),))

    def hand_in(self, final: bool = True) -> None:
        """Write what this process has counted."""
        pid = os.getpid()
        if pid == self.parent:
            return
        with suppress(Exception):
            series = [
                [type, name, t.acquired, t.hold, t.hold_sum, t.wait, t.wait_sum, t.timeouts, t.failed]
                for (type, name), t in records.folded().items()
                if t.acquired or t.timeouts or t.failed
            ]
            found = [str(each) for each in (*hub.deadlocks(), *hub.inversions())]
            content = (final, series, hub.state.violations, hub.state.deadlocked, found)
            if content == self._last:
                return
            self._last = content
            keys = ("final", "series", "violations", "deadlocks", "findings")
            write(self.place / f"{pid}.json", json.dumps(dict(zip(keys, content, strict=True))))

    def _keep_writing(self, pid: int) -> None:
        while os.getpid() == pid and self.place.exists():
            time.sleep(INTERVAL)
            self.hand_in(final=False)

    # In the parent.

    def read(self) -> Handed:
        """What children have handed in so far, those that ended included."""
        now = Handed()
        with records.counting, suppress(OSError):
            for path in sorted(self.place.glob("*.json")):
                with suppress(OSError, ValueError, KeyError, TypeError):
                    content = json.loads(path.read_text("utf-8"))
                    gone = not _exists(int(path.stem))
                    if content["final"] or gone:
                        path.unlink()
                        self._ended.add(content)
                        self._missing += not content["final"]
                    else:
                        now.add(content)
            for key, totals in self._ended.totals.items():
                now.totals.setdefault(key, Totals()).add(totals)
            now.violations += self._ended.violations
            now.deadlocks += self._ended.deadlocks
            now.findings = self._ended.findings + now.findings
        return now

    def missing(self) -> int:
        """How many children ended without a last word."""
        self.read()
        return self._missing

    def close(self) -> None:
        """Remove the folder, in the parent."""
        if os.getpid() == self.parent:
            shutil.rmtree(self.place, ignore_errors=True)


current: Spool | None = None
"""The spool of this process, if it is a parent or a child of `hilos run`."""


def handed_in() -> Handed:
    """What this process's children have handed in; nothing where there is no spool, or this is a child."""
    if current is None or os.getpid() != current.parent:
        return Handed()
    return current.read()


class Passenger:
    """Rides in multiprocessing's preparation data; unpickling it in a spawned child begins to observe there.

    The idea is coverage.py's, whose measurement has the same way to go.
    """

    def __init__(self, place: str, parent: int) -> None:
        self._place = place
        self._parent = parent

    def __getstate__(self) -> dict[str, Any]:
        return {"place": self._place, "parent": self._parent}

    def __setstate__(self, state: dict[str, Any]) -> None:
        global current
        with suppress(Exception):
            from hilos.observe.installation import install

            prepare()
            current = Spool(Path(state["place"]), state["parent"])
            if hasattr(os, "register_at_fork"):
                os.register_at_fork(after_in_child=_forked)
            _take_passenger()
            install()
            current.join()


def _take_passenger() -> None:
    with suppress(ImportError):
        from multiprocessing import spawn

        original = spawn.get_preparation_data

        def get_preparation_data(name: str) -> dict[str, Any]:
            data = original(name)
            if current is not None:
                data["hilos_observe"] = Passenger(str(current.place), current.parent)
            return data

        spawn.get_preparation_data = get_preparation_data


def _forked() -> None:
    if current is not None:
        current.join()


def _sweep() -> None:
    """Remove the spools of parents that were killed."""
    for place in folder().glob("spool-*"):
        pid = place.name.partition("-")[2]
        if pid.isdigit() and not _exists(int(pid)):
            shutil.rmtree(place, ignore_errors=True)


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
