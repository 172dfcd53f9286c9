"""Replays tokens in a process of its own: reads {name: token} as JSON, writes {name: signature}.  No pytest needed."""

import json
import sys

from hilos.explore import explore
from support.programs import PROGRAMS, load, signature


def main() -> None:
    found = {}
    for name, token in json.load(sys.stdin).items():
        report = explore(**load(PROGRAMS / "fail" / f"{name}.py"), schedule=token)
        found[name] = signature(report.finding) if report.finding else None
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
