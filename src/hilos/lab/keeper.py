"""Keeps one run: starts the program, watches over all its processes, ends every one of them.

A program of its own (`python -I -S keeper.py STATUS LIMITS PROGRAM ARGUMENT...`), standard library only, between the
lab and the learner's program, because

- a learner's process may start others that leave its group and its session (`setsid`): as *subreaper* (Linux) this
  process inherits the orphans, so that whatever the program started stays below it and can be found;
- when the lab is killed, nobody would be left to end the run: standard input is a pipe from the lab, and its end means
  that everything here must end.

What it reads: a line `stop` asks the program to end (SIGTERM to its group), two seconds later or at the pipe's end all
that is left is killed.  What it writes to the descriptor STATUS, as lines of JSON: `{"pid": N}`, then
`{"code": N, "signal": N, "why": "memory|processes|", "left": N}`, where `left` counts processes that outlived the
program.
"""

import contextlib
import ctypes
import json
import os
import resource
import select
import signal
import subprocess
import sys
import time

GRACE = 2.0
"""Seconds between asking and killing."""
END_WITHIN = 10.0
"""Seconds that the killing may take: a process that changed its user cannot be killed."""
LOOK = 0.5
"""Seconds between two looks at what the processes use."""
PAGE = os.sysconf("SC_PAGE_SIZE")
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36


def main() -> int:
    """Run the program and return when nothing of it is left."""
    status = int(sys.argv[1])
    limits: dict[str, int] = json.loads(sys.argv[2])
    command = sys.argv[3:]
    become_subreaper()
    waker, woken = os.pipe()
    os.set_blocking(woken, False)
    signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_arguments: None)
    os.set_inheritable(status, False)
    pid = start(command, limits)
    tell(status, {"pid": pid})
    # The learner's output must end with the learner's program, not with this one.
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    outcome = watch(pid, waker, limits)
    outcome["left"] = end_all()
    reap(pid)
    tell(status, outcome)
    return 0


def become_subreaper() -> None:
    """Have orphaned descendants become this process's children, where the system can do that."""
    control(_PR_SET_CHILD_SUBREAPER, 1)


def control(option: int, value: int) -> None:
    """Linux's `prctl`; nothing elsewhere."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def start(command: list[str], limits: dict[str, int]) -> int:
    """Start `command` in a session of its own, under `limits`, and return its PID."""
    pid = os.fork()
    if pid:
        return pid
    try:
        os.setsid()
        control(_PR_SET_PDEATHSIG, signal.SIGKILL)  # even if this very process is killed
        for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        signal.set_wakeup_fd(-1)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for name, value in limits.items():
            if name.startswith("RLIMIT_"):
                lower(getattr(resource, name, None), value)
        os.execvp(command[0], command)  # noqa: S606
    except BaseException as error:  # noqa: BLE001
        os.write(2, f"{error}\n".encode())
    finally:
        os._exit(127)


def lower(limit: int | None, value: int) -> None:
    """Set a limit, unless a lower one is in force."""
    if limit is None:
        return
    _soft, hard = resource.getrlimit(limit)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(limit, (value, value))


def watch(pid: int, waker: int, limits: dict[str, int]) -> dict[str, object]:
    """Wait for the end of the program `pid`, or bring it about."""
    why = ""
    kill_at: float | None = None
    looked = 0.0
    listening = [0, waker]
    while True:
        code = reap(pid)
        if code is not None:
            ended = {"code": os.waitstatus_to_exitcode(code)} if code >= 0 else {"code": -9}
            number = -ended["code"] if ended["code"] < 0 else 0
            return {"code": max(ended["code"], 0), "signal": number, "why": why}
        now = time.monotonic()
        if kill_at is not None and now >= kill_at:
            end_all()
            continue
        if now - looked >= LOOK and not why:
            looked = now
            why = over(limits)
            if why:
                end_all()
                continue
        ready, _writable, _failed = select.select(listening, [], [], LOOK if kill_at is None else 0.05)
        if waker in ready:
            os.read(waker, 4096)
        if 0 in ready:
            said = os.read(0, 4096)
            if not said:
                listening = [waker]
            if kill_at is None or not said:
                kill_at = now + (GRACE if said else 0.0)
                if said:
                    ask(pid)


def ask(pid: int) -> None:
    """Ask the program's group to end."""
    try:
        os.killpg(pid, signal.SIGTERM)
    except ProcessLookupError:
        pass
    except PermissionError:
        os.kill(pid, signal.SIGTERM)


def reap(pid: int) -> int | None:
    """Take away what has ended; the wait status of `pid` if that is among it."""
    found = None
    while True:
        try:
            ended, code = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return found if found is not None else -1
        if ended == 0:
            return found
        if ended == pid:
            found = code


def descendants() -> dict[int, int]:
    """The processes below this one that have not ended, with the pages that each has in memory."""
    parents: dict[int, int] = {}
    pages: dict[int, int] = {}
    if os.path.isdir("/proc/self"):  # noqa: PTH112
        for name in os.listdir("/proc"):  # noqa: PTH208
            if not name.isdigit():
                continue
            try:
                with open(f"/proc/{name}/stat", "rb") as file:  # noqa: PTH123
                    fields = file.read().rpartition(b")")[2].split()
            except OSError:
                continue
            if fields[0] not in (b"Z", b"X"):
                parents[int(name)] = int(fields[1])
                pages[int(name)] = int(fields[21])
    else:
        listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,rss="], capture_output=True, check=False).stdout
        for line in listed.splitlines():
            child, parent, kilobytes = map(int, line.split())
            parents[child], pages[child] = parent, kilobytes * 1024 // PAGE
    children: dict[int, list[int]] = {}
    for child, parent in parents.items():
        children.setdefault(parent, []).append(child)
    found: dict[int, int] = {}
    todo = [os.getpid()]
    while todo:
        for child in children.get(todo.pop(), ()):
            if child not in found:
                found[child] = pages.get(child, 0)
                todo.append(child)
    return found


def over(limits: dict[str, int]) -> str:
    """Which limit all processes together are over: `memory`, `processes` or none."""
    below = descendants()
    if len(below) > limits["processes"]:
        return "processes"
    if sum(below.values()) * PAGE > limits["memory"]:
        return "memory"
    return ""


def end_all() -> int:
    """Kill whatever is below this process, until nothing is; returns how many processes that were."""
    met: set[int] = set()
    quiet = 0
    deadline = time.monotonic() + END_WITHIN
    while (
        quiet < 2 and time.monotonic() < deadline
    ):  # looked at twice: a process may have been between being made and being listed
        below = descendants()
        met |= below.keys()
        quiet = 0 if below else quiet + 1
        # First all are stopped, so that none can make new ones while the others are killed.
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for each in below:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(each, number)
        time.sleep(0.01)
    return len(met)


def tell(status: int, item: dict[str, object]) -> None:
    """Write one line to the lab, if it is still there."""
    with contextlib.suppress(OSError):
        os.write(status, json.dumps(item).encode() + b"\n")


if __name__ == "__main__":
    raise SystemExit(main())
