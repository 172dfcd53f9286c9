"""What the generators share: write what changed, or with --check fail where the files are not what they would write."""

import argparse
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GENERATED = "Generated from {source} by {tool}: edit that and run it again."


def main(files: Callable[[], dict[Path, str]]) -> int:
    """Run a generator's command."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true", help="change nothing; fail where a file is not up to date")
    options = parser.parse_args()
    made = files()
    stale = [path for path, text in made.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        print(f"{'stale' if options.check else 'written'}: {path.relative_to(ROOT)}")
        if not options.check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(made[path], encoding="utf-8")
    return 1 if options.check and stale else 0
