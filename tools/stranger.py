"""A stranger's first minutes, from a README alone: set up as it says, then the first race, timed.

    .venv/bin/python tools/stranger.py PYTHON...        for example: python3.11 python3.12 python3.13

Each Python gets a fresh clone in an empty folder, an empty environment (`env -i`: PATH, and where pip finds packages)
and a home of its own; what is started has the course's ports to itself, in a network namespace. The commands are
those of README.md's «Empezar» and README.en.md's "Start", as written; the tests are left out. The exit status is 1
where the first race is not seen and explained within a minute.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MINUTE = 60.0
READMES = {"README.md": "Empezar", "README.en.md": "Start"}
SEEN = {
    "README.md": (r"[Aa]ctualización perdida|se pierde", r"1\*? +\d+: ", r"Por qué"),
    "README.en.md": (r"[Ll]ost update|is lost", r"1\*? +\d+: ", r"Why"),
}
"""What tells that a race was seen, went through step by step, and was explained."""


def commands(readme: str) -> list[list[str]]:
    """The commands of the first section of a README, block by block."""
    section = (ROOT / readme).read_text(encoding="utf-8").split(f"## {READMES[readme]}\n")[1].split("\n## ")[0]
    blocks = re.findall(r"```bash\n(.*?)```", section, re.S)
    return [[re.sub(r"\s+#.*", "", line) for line in block.splitlines()] for block in blocks]


def typed(lines: list[str], place: Path, environment: dict[str, str]) -> tuple[float, str]:
    """Type lines into one shell, with the course's environment active; the seconds and what was said."""
    script = "\n".join(
        ["ip link set lo up", "[ ! -e .venv/bin/activate ] || source .venv/bin/activate", "set -e", *lines]
    )
    begun = time.monotonic()
    alone = ["unshare", "--map-root-user", "--net"]
    done = subprocess.run(
        [*alone, "bash", "-c", script], cwd=place, env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"{lines}: status {done.returncode}\n{done.stdout[-3000:]}")
    return time.monotonic() - begun, done.stdout


def stranger(python: str, folder: Path) -> bool:
    """One Python, both languages; whether the first race was seen and explained in time."""
    place, home = folder / "hilos", folder / "home"
    home.mkdir()
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", ROOT, place], check=True)
    kept = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "http", "HTTP"))}
    base = {**kept, "HOME": str(home), "PATH": "/usr/local/bin:/usr/bin:/bin", "HILOS_PYTHON": python, "COLUMNS": "80"}
    good = True
    begun = time.monotonic()
    subprocess.run(
        ["./run.sh", "status"], cwd=place, env=base, capture_output=True, check=False
    )  # installs, by network
    installed = time.monotonic() - begun
    try:
        for readme in READMES:
            language = {"HILOS_LANG": "en"} if readme == "README.en.md" else {}
            setting_up, first = commands(readme)[:2]
            setting_up = [line for line in setting_up if not line.startswith("./run.sh test")]
            took, _said = typed(setting_up, place, base | language)
            seconds, said = typed(first, place, base | language)
            lacking = [pattern for pattern in SEEN[readme] if not re.search(pattern, said)]
            good = good and not lacking and seconds < MINUTE
            print(f"{python} {readme}: installed in {installed:.0f} s, set-up {took:.0f} s,", end=" ")
            print(f"first race {seconds:.1f} s, lacking {lacking}", flush=True)
            subprocess.run(["./run.sh", "stop"], cwd=place, env=base, capture_output=True, check=False)
    finally:
        subprocess.run(["./run.sh", "stop"], cwd=place, env=base, capture_output=True, check=False)
    return good


def main() -> int:
    """Each Python in turn."""
    good = True
    for name in sys.argv[1:] or ["python3"]:
        python = shutil.which(name) or name
        with tempfile.TemporaryDirectory(prefix="stranger-") as folder:
            good = stranger(python, Path(folder)) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
