"""A report as text: for a terminal of 80 columns, a pipe or an assertion's message, without colours.

For a violation, in this order: what happened, in one sentence that names the pattern; what the program noticed; the
interleaving, one column a thread (for more than two threads, one narrow lane a thread and the text beside); why it
could happen and what would have prevented it; how to see it again.  For a proof, what was proved and what it rests on.
"""

import linecache
import textwrap
from collections.abc import Iterable
from pathlib import Path

from hilos.events import Location
from hilos.explore.explain import wording
from hilos.explore.explain.columns import Row, draw_most
from hilos.explore.explain.story import Story, tell
from hilos.explore.report import Finding, Report, Verdict
from hilos.locale import translator

_ = translator("explain")

WIDTH = 80
_MOST_ROWS = 40


def render(report: Report, *, replay: str = "", width: int = WIDTH) -> str:
    """The explanation of a report.

    Args:
        report: what an exploration came to.
        replay: the command that replays the finding, with `{token}` where its schedule belongs; by default the
            call from Python.
        width: columns.
    """
    parts = {Verdict.PROVED: _proof, Verdict.VIOLATED: _violation, Verdict.UNFINISHED: _unfinished}[report.verdict]
    lines = parts(report, replay, width)
    return "\n".join(line.rstrip() for line in lines)


def _violation(report: Report, replay: str, width: int) -> list[str]:
    lines: list[str] = []
    for number, finding in enumerate(report.findings):
        if number:
            lines += ["", "─" * width, ""]
        lines += _finding(report, finding, replay, width)
    return lines


def _finding(report: Report, finding: Finding, replay: str, width: int) -> list[str]:
    story = tell(finding)
    lines = [_("{program}: FALLA").format(program=report.program), ""]
    lines += _paragraph(wording.headline(story), width)
    for seen in wording.failure(story):
        lines += _paragraph(seen, width)
    file = _file(story)
    lines += [
        "",
        _("Qué hizo cada hilo, de arriba abajo ({file}):").format(file=file) if file else _("Qué hizo cada hilo:"),
    ]
    lines += ["", *_interleaving(story, width)]
    causes = wording.cause(story)
    if causes:
        lines += ["", _("Por qué")]
        for cause in causes:
            lines += _paragraph(cause, width, "  ")
    command = (replay or 'explore(..., schedule="{token}")').replace("{token}", finding.schedule.token)
    lines += ["", _("Para repetirlo"), f"  {command}"]
    lines += ["", *_paragraph(_counted(report), width)]
    return lines


def _counted(report: Report) -> str:
    many = report.executions
    if many == 1:
        return _("Ejecuciones probadas: 1. Con {python}.").format(python=report.certificate.python)
    return _("Ejecuciones probadas: {n}; fallan: {failing}. Con {python}.").format(
        n=many, failing=report.failing, python=report.certificate.python
    )


# The interleaving.


def _interleaving(story: Story, width: int) -> list[str]:
    lines = draw_most(story.actors, _rows(story), width, _MOST_ROWS, _("… {n} operaciones más …"))
    if story.hidden:
        lines += ["", _("  (no se muestran otros hilos: {n})").format(n=story.hidden)]
    if story.marked:
        lines += ["", _("  * los accesos de los que se habla abajo")]
    return lines


def _rows(story: Story) -> list[Row]:
    rows = []
    main = _file(story)
    last: dict[str, Location | None] = {}
    for count, step in enumerate(story.steps, 1):
        mark = "*" if step.number in story.marked else " "
        source = _source(step.location, main) if last.get(step.thread) != step.location else ""
        last[step.thread] = step.location
        rows.append(Row(f"{count:>3}{mark}", step.thread, source, wording.operation(step)))
    for wait in story.waits:
        source = _source(wait.location, main) if last.get(wait.thread) != wait.location else ""
        rows.append(Row("    ", wait.thread, source, wording.waiting(wait)))
    return rows


def _source(location: Location | None, main: str) -> str:
    """The line's number and text; its file's name too, unless it is the one in the heading."""
    if location is None:
        return ""
    name = Path(location.file).name
    place = f"{location.line}" if name == main else f"{name}:{location.line}"
    text = linecache.getline(location.file, location.line).strip()
    return f"{place}: {text}" if text else f"{name}:{location.line}"


# A proof, or none.


def _proof(report: Report, _replay: str, width: int) -> list[str]:
    certificate = report.certificate
    text = _("{program}: DEMOSTRADO. Se cumple en todos los órdenes posibles de sus operaciones.")
    if certificate.preemptions is not None:
        text = _("{program}: se cumple en todos los órdenes con {n} cambios de hilo forzados como máximo.").format(
            program="{program}", n=certificate.preemptions
        )
    lines = _paragraph(text.format(program=report.program), width)
    counted = _("{n}, una por cada clase de órdenes equivalentes; la más larga, {longest} operaciones")
    rows = [
        (_("Ejecuciones"), counted.format(n=report.executions, longest=report.longest)),
        *([(_("Órdenes"), _("{n} en total").format(n=report.interleavings))] if report.interleavings else []),
        *_observed(report),
        *_certificate(report),
    ]
    return [*lines, "", *_table(rows, width)]


def _unfinished(report: Report, _replay: str, width: int) -> list[str]:
    lines = _paragraph(_("{program}: SIN TERMINAR. No se ha demostrado nada.").format(program=report.program), width)
    if report.why:
        lines += _paragraph(_("Por qué: {why}.").format(why=report.why), width)
    rows = [
        (_("Ejecuciones"), _("{n}, y ninguna falla").format(n=report.executions)),
        *_observed(report),
        *_certificate(report),
    ]
    if report.estimate is not None:
        estimate = _("harían falta unas {n:.2g} ejecuciones (± {error:.1g})").format(
            n=report.estimate[0], error=report.estimate[1]
        )
        rows.insert(1, (_("Estimación"), estimate))
    return [*lines, "", *_table(rows, width)]


def _observed(report: Report) -> list[tuple[str, str]]:
    """What was seen besides: threads together in a region, loops that only look."""
    rows = [
        (_("A la vez"), _("{n} hilos como máximo en «{region}»").format(n=most, region=region))
        for region, most in report.together.items()
    ]
    if report.spins:
        places = ", ".join(f"{Path(place.file).name}:{place.line}" for place in report.spins)
        rows.append(
            (_("Espera activa"), _("{places}: un bucle que solo mira, en vez de esperar").format(places=places))
        )
    return rows


def _certificate(report: Report) -> list[tuple[str, str]]:
    certificate = report.certificate
    bounds = []
    if certificate.preemptions is not None:
        bounds.append(_("{n} cambios de hilo forzados").format(n=certificate.preemptions))
    if certificate.operations is not None:
        bounds.append(_("{n} operaciones por ejecución").format(n=certificate.operations))
    rows = [(_("Estrategia"), certificate.strategy)]
    if certificate.seed is not None:
        rows.append((_("Semilla"), str(certificate.seed)))
    if certificate.granularity:
        rows.append((_("Granularidad"), certificate.granularity))
    rows += [
        (_("Límites"), ", ".join(bounds) or _("ninguno")),
        (_("Vigilado"), ", ".join(Path(file).name for file in certificate.instrumented) or _("ningún archivo")),
        (
            _("Sin vigilar"),
            ", ".join(certificate.untracked) or _("nada de lo que se ejecutó; el código en C es indivisible"),
        ),
        (_("Python"), certificate.python),
        (_("Tiempo"), _("{n:.3g} s").format(n=report.seconds)),
    ]
    return rows


# Pieces.


def _file(story: Story) -> str:
    placed = [step for step in story.steps if step.location is not None]
    # Where the accesses are that the story is about; the rest may be a test's or a library's.
    told = [step for step in placed if step.number in story.marked] or placed
    files = [step.location.file for step in told if step.location is not None]
    return Path(files[0]).name if files else ""


def _paragraph(text: str, width: int, indent: str = "") -> list[str]:
    return [
        line
        for part in text.splitlines()
        for line in textwrap.wrap(
            part, width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False
        )
    ]


def _table(rows: Iterable[tuple[str, str]], width: int) -> list[str]:
    rows = list(rows)
    label = max(len(name) for name, _text in rows) + 2
    lines: list[str] = []
    for name, text in rows:
        wrapped = textwrap.wrap(text, width - label - 2, break_on_hyphens=False) or [""]
        lines.append(f"  {name:<{label}}{wrapped[0]}")
        lines += [" " * (label + 2) + more for more in wrapped[1:]]
    return lines
