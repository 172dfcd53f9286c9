"""Writes the exercises' texts as they are given into the package, for `hilos learn reset` and the self-check.

python tools/generate_originals.py [--check]

Run it after editing an exercise as its author.  A learner's answers in exercises/ are no reason to run it.
"""

import json
from pathlib import Path

from generating import ROOT, main

from hilos.course.catalogue import Catalogue


def files() -> dict[Path, str]:
    """What is generated."""
    catalogue = Catalogue(ROOT)
    texts = {each.name: catalogue.answer(each).read_text(encoding="utf-8") for each in catalogue.exercises}
    target = ROOT / "src" / "hilos" / "course" / "originals.json"
    return {target: json.dumps(texts, indent=1, ensure_ascii=False) + "\n"}


if __name__ == "__main__":
    raise SystemExit(main(files))
