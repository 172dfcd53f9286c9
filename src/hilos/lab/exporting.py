"""A finding as one HTML file that needs nothing else: to send, to keep, to open from a disk without a network.

The file carries the very modules and styles that the lab's own page uses.  A page from a disk may not load modules, so
they are put into one script: each becomes a function that returns what it exports, in the order in which they need one
another.  This works for modules that import by name on one line and export declarations, which a test checks.
"""

import base64
import hashlib
import html
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hilos.errors import UsageError
from hilos.lab.texts import texts
from hilos.lesson.outfile import written
from hilos.locale import in_each, language, translator

_ = translator("lab_step")

STATIC = Path(__file__).parent / "static"
_ENTRY = "js/file.js"
_STYLES = ("tokens", "base", "shell", "code", "waitgraph", "step")
_TEXTS = ("step.", "graph.", "shell.language", "shell.light", "shell.dark")
_IMPORT = re.compile(r'^import (?:\{ ([^}]+) \} from )?"(\.[^"]+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const|let) (\w+))", re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*/\*\*.*?\*/[ \t]*\n", re.MULTILINE | re.DOTALL)


def bundle(entry: str = _ENTRY) -> str:
    """One script that does what the module `entry` does.

    Arguments:
        entry: path relative to the static files.

    Raises:
        ValueError: a module imports or exports in a way that is not understood.
    """
    done: dict[Path, str] = {}

    def add(file: Path, above: tuple[Path, ...]) -> str:
        if file in above:
            raise ValueError(f"{file.name}: imports itself in a circle")
        if file not in done:
            text = _COMMENT.sub("", file.read_text(encoding="utf-8"))
            names = {
                match[2]: add((file.parent / match[2]).resolve(), (*above, file)) for match in _IMPORT.finditer(text)
            }
            body = _IMPORT.sub(lambda match: f"const {{ {match[1]} }} = {names[match[2]]};" if match[1] else "", text)
            exported = _EXPORT.findall(body)
            body = _EXPORT.sub("", body)
            left = re.search(r"^(?:import|export)\b.*$|\bimport\(", body, re.MULTILINE)
            if left:
                raise ValueError(f"{file.name}: cannot be put into one file: {left[0]}")
            name = f"m{len(done)}"
            done[file] = name
            scripts.append(f"const {name} = (() => {{\n{body.strip()}\nreturn {{ {', '.join(exported)} }};\n}})();")
        return done[file]

    scripts: list[str] = []
    add((STATIC / entry).resolve(), ())
    return '"use strict";\n' + "\n".join(scripts) + "\n"


def page(traces: Sequence[dict[str, Any]]) -> str:
    """The file's text.

    Arguments:
        traces: step data, as `hilos.lab.stepping` makes it; at least one.
    """
    script = bundle()
    style = "\n".join((STATIC / "css" / f"{name}.css").read_text(encoding="utf-8") for name in _STYLES)
    carried = in_each(lambda: {key: text for key, text in texts().items() if key.startswith(_TEXTS)})
    policy = f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; img-src data:"
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="{language()}">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{html.escape(traces[0]['program'])} · hilos</title>",
            '<link rel="icon" href="data:,">',
            f"<style>{style}</style>",
            "</head>",
            "<body>",
            f'<script type="application/json" id="lab-texts">{_data(carried)}</script>',
            f'<script type="application/json" id="lab-traces">{_data(list(traces))}</script>',
            f"<script>{script}</script>",
            "</body>",
            "</html>",
            "",
        ]
    )


def write(file: Path, traces: Sequence[dict[str, Any]]) -> None:
    """Write the file whole.

    Raises:
        UsageError: it cannot be written.
    """
    text = page(traces)
    try:
        with written(file) as stream:
            stream.write(text)
    except OSError as error:
        raise UsageError(
            _("No se puede escribir {file}: {reason}.").format(file=file, reason=error.strerror)
        ) from error


def _data(value: Any) -> str:
    """JSON that cannot end the element that it stands in."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
