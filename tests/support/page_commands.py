"""Types the commands of one guide as its reader would, one after another, in a copy of the repository.

    unshare --map-root-user --net python page_commands.py COPY < commands.json > results.json

The namespace gives the course's ports to this run alone, and no network.  `cd`, `export` and `source` are this shell's
own.  A command that serves is left running until it says «Ctrl+C», and one that takes its time (a lesson in its full
size) until it has told something for some seconds; either is then interrupted, as its reader would: it has to leave
soon, without a traceback.
"""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

LIMIT = 100.0  # seconds for a command to end or to serve
LEAVE = 10.0  # seconds for an interrupted one to leave after Ctrl+C
PATIENCE = 2.0  # seconds that one that takes its time is read
LONG = re.compile(
    r"python3 \w+/\S+\.py(?!.*--once)(?!.*job_queue.* --fast)|python3 .*--lang en"
    r"|\./run\.sh demo-|.*\bhilos learn check$"
)
"""What is read for a while and then interrupted: lessons in their full size (tests/lessons runs each to its end), those
in English once more, and an answer to every exercise."""
BESIDE = (
    (re.compile(r"python3 websockets/websocket_server\.py client"), "python3 websockets/websocket_server.py --quiet"),
    (re.compile(r"hilos run --lab "), "hilos lab --no-browser"),
)
"""What its reader has left running in another terminal."""
AT_ITS_START = re.compile(
    r"^Traceback \(most recent call last\):\n(?:  .*\n)*?  .*multiprocessing/forkserver\.py(?:.*\n)+?"
    r"FileNotFoundError: .*\n?", re.M
)  # fmt: skip
"""What a process that is being started says where its parent is interrupted just then: CPython's own exit takes the
semaphores' names away before it ends the children (multiprocessing/util.py, _exit_function)."""


def loopback_up() -> None:
    """Bring up 127.0.0.1 in a network namespace of our own; outside of one it is up already."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=False, capture_output=True)


class Shell:
    """A place and an environment that `cd`, `export` and `source` change."""

    def __init__(self, copy: Path) -> None:
        self.place = self.copy = copy
        self.environment = {k: v for k, v in os.environ.items() if k != "VIRTUAL_ENV"}
        self.environment |= {"HOME": str(copy / "home"), "COLUMNS": "80"}
        self.environment["PATH"] = f"{copy}/.venv/bin:{self.environment['PATH']}"
        self.environment["PYTHONUNBUFFERED"] = "1"  # as at a terminal: what is said is seen at once
        (copy / "home").mkdir(exist_ok=True)

    def type(self, command: str) -> dict[str, Any]:
        """Do one line: its status, its output, and whether it served until it was interrupted."""
        word, *rest = shlex.split(command)
        if command == "cd":  # a new block: its reader is in the course's folder
            self.place = self.copy
            return {"command": command, "status": 0, "output": "", "served": False}
        if word == "cd":
            self.place = (self.place / rest[0]).resolve()
            return {"command": command, "status": 0 if self.place.is_dir() else 1, "output": "", "served": False}
        if word == "export":
            name, _equals, value = rest[0].partition("=")
            self.environment[name] = value
            return {"command": command, "status": 0, "output": "", "served": False}
        if word == "source":
            there = (self.place / rest[0]).exists()
            return {"command": command, "status": 0 if there else 1, "output": "", "served": False}
        for pattern, other in BESIDE:
            if pattern.match(command):
                return self.beside(command, other)
        return self.run(command)

    def beside(self, command: str, other: str) -> dict[str, Any]:
        """Run a line while `other`, which it talks to, serves in another terminal."""
        process = self.start(other)
        assert process.stdout is not None
        for line in process.stdout:
            if "Ctrl+C" in line:
                break
        try:
            return self.run(command)
        finally:
            os.killpg(process.pid, signal.SIGINT)
            process.communicate(timeout=LEAVE)

    def start(self, command: str) -> subprocess.Popen[str]:
        """A line in a session of its own."""
        return subprocess.Popen(
            ["bash", "-c", command], cwd=self.place, env=self.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
        )  # fmt: skip

    def run(self, command: str) -> dict[str, Any]:
        """Run a line in a session of its own, and interrupt it once it serves, or has been read for long enough."""
        started = begun = time.monotonic()
        process = self.start(command)
        said: list[str] = []
        assert process.stdout is not None
        reader = threading.Thread(target=said.extend, args=(iter(process.stdout.readline, ""),), daemon=True)
        reader.start()
        served, long, heard = False, bool(LONG.match(command)), 0.0
        while process.poll() is None and time.monotonic() - begun < LIMIT:
            told = "".join(said)
            serves = "Ctrl+C" in told
            if "./run.sh demo-" in command:  # what the lesson says, not what run.sh says before it
                told = told.partition("▶")[2].partition("\n")[2]
            if not heard and told.strip():
                heard = time.monotonic()
            if not served and (serves or (long and heard and time.monotonic() - heard > PATIENCE)):
                served = True
                if serves:
                    time.sleep(1.0)  # let it do so for a moment
                os.killpg(process.pid, signal.SIGINT)
                begun = time.monotonic() - LIMIT + LEAVE
            time.sleep(0.05)
        hung = process.poll() is None
        if hung:
            os.killpg(process.pid, signal.SIGKILL)
        status = process.wait()
        reader.join(1)
        output = "".join(said)
        took = time.monotonic() - started
        return {
            "command": command, "status": "hung" if hung else status, "output": output, "served": served, "took": took
        }  # fmt: skip


def main() -> None:
    """Read {"before": [...], "commands": [...], "after": [...]}; write the results of `commands`."""
    loopback_up()
    asked = json.load(sys.stdin)
    copy = Path(sys.argv[1])
    shell = Shell(copy)
    try:
        results = [shell.run(command) for command in asked["before"]]
        results += [shell.type(command) for command in asked["commands"]]
    finally:
        for command in asked["after"]:
            Shell(copy).run(command)
    json.dump(results, sys.stdout)


def wrong(result: dict[str, Any]) -> str:
    """Why a result is not what a reader expects; empty where it is well."""
    if result["status"] == "hung":
        return "does not end, and does not say «Ctrl+C»"
    if re.search(r"^Traceback", AT_ITS_START.sub("", result["output"]), re.M):
        return "ends in a traceback"
    allowed = (0, 130, -2) if result["served"] else (0,)
    if re.match(r"hilos (explore|replay|run|learn)\b", result["command"]):
        allowed += (1,)  # a finding is what a reader sees there
    return "" if result["status"] in allowed else f"ends with status {result['status']}"


if __name__ == "__main__":
    main()
