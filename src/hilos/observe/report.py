"""The report: what goes on between threads and locks, for a person, in the language in force."""

import os
import sys
from dataclasses import dataclass
from time import perf_counter_ns

from hilos.locale import translator
from hilos.observe import exporting, hub, records, spool, stacks, threads
from hilos.observe.findings import Held, stack_lines
from hilos.observe.records import Record, Totals

_ = translator("observe")

MOST = 10
"""Locks shown in the table of contention."""


@dataclass(frozen=True, slots=True)
class _Row:
    type: str
    name: str
    totals: Totals


def report(missing: int = 0) -> str:
    """Everything known now.

    Arguments:
        missing: child processes that ended without handing in what they had counted.
    """
    parts = [_heading(), *_findings(), *_now(), *_contention()]
    if missing:
        parts.append(_("Procesos hijos que terminaron sin entregar lo último que contaron: {n}.").format(n=missing))
    return "\n\n".join(parts)


def _heading() -> str:
    program = " ".join(sys.argv) if sys.argv and sys.argv[0] else sys.executable
    return _("== hilos: locks de «{program}» (PID {pid}) ==").format(program=program, pid=os.getpid())


def _findings() -> list[str]:
    parts = [str(deadlock) for deadlock in hub.deadlocks()]
    parts += [str(inversion) for inversion in hub.inversions()]
    parts += [_("En un proceso hijo:\n{finding}").format(finding=text) for text in spool.handed_in().findings]
    if not parts:
        parts.append(_("Ni deadlocks ni órdenes de lock contradictorios."))
    return parts


def _now() -> list[str]:
    """Who waits, and who holds what."""
    now = perf_counter_ns()
    waiting: list[str] = []
    holding: list[str] = []
    for state in threads.living():
        record = state.waiting
        if record is not None:
            owner = record.owner
            text = (
                _("  «{thread}» espera {type} «{name}» desde hace {time}, que retiene «{holder}»:")
                if owner is not None
                else _("  «{thread}» espera {type} «{name}» desde hace {time}:")
            )
            waiting.append(
                text.format(
                    thread=state.name,
                    type=record.type,
                    name=record.name,
                    time=duration(now - state.since),
                    holder=owner.name if owner is not None else "",
                )
            )
            waiting += stack_lines(stacks.stack_of(state.ident), "      ")
        resting = state.resting
        if resting is not None and record is None:
            waiting.append(
                _("  «{thread}» duerme en {type} «{name}»:").format(
                    thread=state.name, type=resting.type, name=resting.name
                )
            )
            waiting += stack_lines(stacks.stack_of(state.ident), "      ")
    for record in records.living():
        holder = record.owner
        if holder is not None:
            held = Held(record.name, record.type, *(record.taken_at() or (None, False)))
            text = (
                _("  «{thread}» retiene {held} desde hace {time}")
                if holder.alive
                else _("  «{thread}», que ya terminó, retiene {held} desde hace {time}")
            )
            holding.append(text.format(thread=holder.name, held=held, time=duration(now - record.t0)))
    parts = []
    if waiting:
        parts.append("\n".join([_("Esperan ahora:"), *waiting]))
    if holding:
        parts.append("\n".join([_("Retenidos ahora:"), *holding]))
    return parts


def _contention() -> list[str]:
    rows = [_Row(type, name, totals) for (type, name), totals in exporting.folded().items() if totals.acquired]
    if not rows:
        return [_("El programa no ha tomado ningún lock observado.")]
    rows.sort(key=lambda row: (row.totals.wait_sum, row.totals.acquired), reverse=True)
    lines = [_("Dónde se espera más ({shown} de {all}):").format(shown=min(MOST, len(rows)), all=len(rows))]
    headers = (_("tomado"), _("esperó"), _("espera"), _("retenido"), _("agotó"), _("lock"))
    table = [headers]
    for row in rows[:MOST]:
        totals = row.totals
        table.append(
            (
                str(totals.acquired),
                str(totals.contended),
                duration(totals.wait_sum),
                duration(totals.hold_sum),
                str(totals.timeouts),
                _("{type} «{name}»").format(type=row.type, name=row.name),
            )
        )
    widths = [max(len(line[column]) for line in table) for column in range(len(headers) - 1)]
    for line in table:
        numbers = [cell.rjust(width) for cell, width in zip(line, widths, strict=False)]
        lines.append("  ".join(["", *numbers, line[-1]]))
    sites = _sites()
    if sites:
        lines += ["", _("Líneas que esperan más de un milisegundo:"), *sites]
    return ["\n".join(lines)]


def _sites() -> list[str]:
    found: list[tuple[int, int, Record, str, str]] = []
    for record in records.living():
        for (code, at, holder, taken), (times, nanoseconds) in (record.sites or {}).copy().items():
            where = stacks.line_of(code, at)
            line = f"{stacks.short(where.file)}:{where.line}"
            by = ""
            if holder is not None:
                place = stacks.line_of(holder, taken)
                by = f"{stacks.short(place.file)}:{place.line}"
            found.append((nanoseconds, times, record, line, by))
    found.sort(key=lambda each: each[0], reverse=True)
    lines = []
    for nanoseconds, times, record, line, by in found[:MOST]:
        text = (
            _("  {line} esperó «{name}» {n} veces, {time} en total; lo retenía {by}")
            if by
            else _("  {line} esperó «{name}» {n} veces, {time} en total")
        )
        lines.append(text.format(line=line, name=record.name, n=times, time=duration(nanoseconds), by=by))
    return lines


def duration(nanoseconds: int) -> str:
    """A time as a person reads it."""
    for unit, size in (("s", 1_000_000_000), ("ms", 1_000_000), ("µs", 1_000)):
        if nanoseconds >= size:
            return (
                f"{nanoseconds / size:.3g} {unit}" if nanoseconds < 1000 * size else f"{nanoseconds / size:.0f} {unit}"
            )
    return f"{nanoseconds} ns"
