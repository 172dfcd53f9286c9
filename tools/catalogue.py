"""Collects the texts marked with `_(...)` into the English catalogues, and checks that none is missing.

    python tools/catalogue.py           merge new texts into src/hilos/locale/en/DOMAIN.po, drop what is gone
    python tools/catalogue.py --check   change nothing; fail where a translation is missing, stale or has other
                                        placeholders than its source
    python tools/catalogue.py --todo [DOMAIN]   print the texts still without English, as .po entries
    python tools/catalogue.py --fill DOMAIN FILE    take English from FILE, a JSON object {Spanish: English}

A file's domain is the one that it gives to `translator("DOMAIN")`.
"""

import argparse
import ast
import json
import string
import sys
from collections import defaultdict
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES = ROOT / "src" / "hilos" / "locale" / "en"
PLACES = ("src/hilos", "basics", "workers", "websockets", "monitoring", "advanced", "examples")


def sources() -> dict[str, list[Path]]:
    """Python files by domain."""
    found: dict[str, list[Path]] = defaultdict(list)
    for place in PLACES:
        for path in sorted((ROOT / place).rglob("*.py")):
            if path.is_relative_to(CATALOGUES.parent):
                continue  # the module that documents `translator` uses none
            domains = {
                node.args[0].value
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                if isinstance(node, ast.Call)
                and node.args
                and isinstance(node.args[0], ast.Constant)
                and isinstance(node.args[0].value, str)
                and (
                    (isinstance(node.func, ast.Name) and node.func.id == "translator")
                    or (isinstance(node.func, ast.Attribute) and node.func.attr == "translator")
                )
            }
            if len(domains) > 1:
                sys.exit(f"{path}: more than one catalogue: {', '.join(sorted(domains))}")
            for domain in domains:
                found[domain].append(path)
    return found


def texts(paths: list[Path]) -> dict[str, list[tuple[str, int]]]:
    """Marked texts of `paths`, each with the places where it stands.

    Read from the syntax tree, which also sees marks inside f-strings; gettext's own extractors do not before 3.12.
    """
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("_", "N_")
                and node.args
                and isinstance(node.args[0], ast.Constant)
                and isinstance(node.args[0].value, str)
                and node.args[0].value
            ):
                found[node.args[0].value].append((str(path.relative_to(ROOT)), node.lineno))
    return found


def placeholders(text: str) -> set[str]:
    """Names of the fields that `str.format` would fill."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def problems(domain: str, wanted: dict[str, list[tuple[str, int]]]) -> list[str]:
    """What is wrong with the catalogue of `domain`."""
    path = CATALOGUES / f"{domain}.po"
    have = {entry.msgid: entry for entry in polib.pofile(str(path))} if path.exists() else {}
    found = []
    for text, places in wanted.items():
        where = f"{places[0][0]}:{places[0][1]}"
        entry = have.get(text)
        if entry is None or not entry.msgstr:
            found.append(f"{where}: no English for {text[:60]!r} in {path.name}")
        elif entry.fuzzy:
            found.append(f"{where}: fuzzy English for {text[:60]!r} in {path.name}")
        else:
            try:
                same = placeholders(text) == placeholders(entry.msgstr)
            except ValueError:
                same = text == entry.msgstr or "{" not in text
            if not same:
                found.append(f"{where}: other placeholders in the English of {text[:60]!r}")
    found += [f"{path.name}: no source has {text[:60]!r} any more" for text in have if text not in wanted]
    return found


def merge(domain: str, wanted: dict[str, list[tuple[str, int]]]) -> int:
    """Write the catalogue of `domain` anew, keeping its translations; returns how many are missing."""
    path = CATALOGUES / f"{domain}.po"
    have = {entry.msgid: entry.msgstr for entry in polib.pofile(str(path))} if path.exists() else {}
    catalogue = polib.POFile(wrapwidth=100)
    catalogue.metadata = {
        "Language": "en",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
    }
    for text, places in wanted.items():
        files = sorted({file for file, _ in places})
        catalogue.append(
            polib.POEntry(msgid=text, msgstr=have.get(text, ""), occurrences=[(file, "") for file in files])
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(path))
    return sum(not entry.msgstr for entry in catalogue)


def fill(domain: str, file: str) -> None:
    """Put the English of `file` into the catalogue of `domain`; texts that it does not have yet are added."""
    path = CATALOGUES / f"{domain}.po"
    catalogue = polib.pofile(str(path)) if path.exists() else polib.POFile()
    for spanish, english in json.loads(Path(file).read_text(encoding="utf-8")).items():
        entry = catalogue.find(spanish)
        if entry is None:
            entry = polib.POEntry(msgid=spanish)
            catalogue.append(entry)
        entry.msgstr = english
    catalogue.save(str(path))


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--todo", nargs="?", const="", metavar="DOMAIN")
    parser.add_argument("--fill", nargs=2, metavar=("DOMAIN", "FILE"))
    options = parser.parse_args()
    by_domain = {domain: texts(paths) for domain, paths in sources().items()}
    if options.check:
        found = [each for domain, wanted in by_domain.items() for each in problems(domain, wanted)]
        found += [
            f"{path.name}: no source uses this catalogue"
            for path in sorted(CATALOGUES.glob("*.po"))
            if path.stem not in by_domain
        ]
        print("\n".join(found) or f"{len(by_domain)} catalogues complete")
        return 1 if found else 0
    if options.fill:
        fill(*options.fill)
    for domain, wanted in sorted(by_domain.items()):
        missing = merge(domain, wanted)
        if options.todo is None:
            print(f"{domain}: {len(wanted)} texts, {missing} without English")
        elif options.todo in ("", domain):
            for entry in polib.pofile(str(CATALOGUES / f"{domain}.po")):
                if not entry.msgstr:
                    print(entry)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
