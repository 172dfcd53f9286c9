"""What a lesson says: titles, paragraphs, tables, code and verdicts, on any terminal and on none.

On a terminal, rich draws titles and tables as wide as the window (up to 100 columns, since longer lines are hard to
read).  Elsewhere (a pipe, a log, a test) there is neither colour nor box: plain lines at 80 columns.  Colour never
carries a meaning alone: every verdict has its sign and its word.
"""

import contextlib
import inspect
import os
import shutil
import sys
import textwrap
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from hilos.locale import translator

if TYPE_CHECKING:
    from rich.box import Box
    from rich.console import Console

_ = translator("lesson")

WIDEST = 100
"""Columns beyond which a line of prose is hard to read."""


class Narrator:
    """Tells a lesson on one stream.

    Arguments:
        stream: where to write; standard output unless given.
        width: columns; the terminal's, at most `WIDEST`, unless given; 80 where there is no terminal.
    """

    def __init__(self, stream: TextIO | None = None, width: int | None = None) -> None:
        self._stream = sys.stdout if stream is None else stream
        self.is_terminal = self._stream.isatty() and os.environ.get("TERM") != "dumb"
        if width is None:
            width = min(shutil.get_terminal_size((80, 24)).columns, WIDEST) if self.is_terminal else 80
        self.width = max(width, 40)
        self._console: Console | None = None
        self._section = 0

    # What a lesson calls, roughly in the order in which one meets it.

    def title(self, text: str, subtitle: str = "") -> None:
        """The lesson's name and, below it, one sentence on what it shows."""
        if self.is_terminal:
            from rich.panel import Panel
            from rich.text import Text

            body = Text(text, style="bold")
            if subtitle:
                body.append("\n" + self._wrapped(subtitle, self.width - 4), style="not bold")
            self._rich().print(Panel(body, border_style="cyan", box=self._box()))
        else:
            self._write(f"{text}\n{self._rule('=', text)}")
            if subtitle:
                self._write(self._wrapped(subtitle))

    def section(self, text: str) -> None:
        """Begin the next numbered section."""
        self._section += 1
        heading = f"{self._section}. {text}"
        self._write("")
        if self.is_terminal:
            from rich.text import Text

            self._rich().print(Text(heading, style="bold cyan"))
            self._rich().print(Text(self._rule(self._sign("─", "-"), heading), style="cyan"))
        else:
            self._write(f"{heading}\n{self._rule('-', heading)}")

    def say(self, text: str) -> None:
        """One or more paragraphs of prose, parted by blank lines; wrapped here, so write them unwrapped."""
        for paragraph in text.strip().split("\n\n"):
            self._write(self._wrapped(" ".join(paragraph.split())))

    def points(self, items: Iterable[str]) -> None:
        """A list of short points."""
        bullet = self._sign("•", "-")
        for item in items:
            self._write(
                textwrap.fill(
                    " ".join(item.split()),
                    self.width,
                    initial_indent=f"  {bullet} ",
                    subsequent_indent="    ",
                    break_long_words=False,
                )
            )

    def code(self, text: str) -> None:
        """Source code or another program's output, as it is, indented."""
        for line in text.rstrip("\n").split("\n"):
            self._write(f"    {line}".rstrip())

    def where(self, function: Callable[..., object]) -> None:
        """Where to read the code that has just run: its file, line and name."""
        file = Path(inspect.getfile(function))
        with contextlib.suppress(ValueError):
            file = file.resolve().relative_to(Path.cwd())
        line = inspect.getsourcelines(function)[1]
        self.note(_("Código: {file}:{line}, {name}").format(file=file, line=line, name=function.__name__))

    def quote(self, text: str) -> None:
        """A report of another part of the program, indented; lines too long are wrapped under their indentation."""
        for line in text.rstrip("\n").split("\n"):
            body = line.lstrip()
            indent = " " * (4 + len(line) - len(body))
            self._write(
                textwrap.fill(
                    body,
                    self.width,
                    initial_indent=indent,
                    subsequent_indent=indent + "  ",
                    break_long_words=False,
                    break_on_hyphens=False,
                )
            )

    def verbatim(self, text: str) -> None:
        """Text that is laid out already, as it is."""
        self._write(text)

    def table(self, headers: Sequence[str], rows: Iterable[Sequence[object]], title: str = "") -> None:
        """A table; numbers go to the right.  Cells are shown with `str`, so format numbers before.

        Arguments:
            headers: one a column.
            rows: as many cells each as there are headers.
            title: a caption above it.
        """
        cells = [[str(cell) for cell in row] for row in rows]
        numeric = [bool(cells) and all(_is_number(row[column]) for row in cells) for column in range(len(headers))]
        if self.is_terminal:
            from rich.table import Table

            table = Table(title=title or None, title_justify="left", box=self._box(), title_style="italic")
            for header, right in zip(headers, numeric, strict=True):
                table.add_column(header, justify="right" if right else "left", overflow="fold")
            for row in cells:
                table.add_row(*row)
            self._rich().print(table, markup=False)
        else:
            if title:
                self._write(title)
            self._write_plain_table(headers, cells, numeric)

    def result(self, ok: bool, text: str) -> None:
        """A verdict: what was claimed held (`ok`), or the phenomenon that breaks programs happened."""
        sign = self._sign("✓", "OK") if ok else self._sign("✗", "X")
        wrapped = textwrap.fill(" ".join(text.split()), self.width, initial_indent=f"{sign} ", subsequent_indent="  ")
        if self.is_terminal:
            from rich.text import Text

            self._rich().print(Text(wrapped, style="green" if ok else "bold red"))
        else:
            self._write(wrapped)

    def note(self, text: str) -> None:
        """An aside: what is true on this machine, or what to know before believing a number."""
        wrapped = textwrap.fill(" ".join(text.split()), self.width, initial_indent="  » ", subsequent_indent="    ")
        if self._sign("»", ">") == ">":
            wrapped = wrapped.replace("»", ">", 1)
        if self.is_terminal:
            from rich.text import Text

            self._rich().print(Text(wrapped, style="dim"))
        else:
            self._write(wrapped)

    def next_step(self, text: str, command: str) -> None:
        """How to go on: a sentence and the command to type."""
        self._write("")
        self._write(self._wrapped(text))
        self._write(f"    $ {command}")

    @contextmanager
    def progress(self, text: str, total: int | None = None) -> Iterator["Progress"]:
        """Show that something of more than two seconds goes on; the block calls `advance` on what it is given.

        On a terminal, a bar; elsewhere one line at the start, and one each ten seconds, so that a log stays short.
        """
        progress = Progress(self, text, total)
        progress._start()
        try:
            yield progress
        finally:
            progress._stop()

    @contextmanager
    def live(self) -> Iterator["Live"]:
        """A picture that is drawn again in place on a terminal; the block calls `show` on what it is given."""
        picture = Live(self)
        picture._start()
        try:
            yield picture
        finally:
            picture._stop()

    # Below: how it is drawn.

    def _write(self, text: str) -> None:
        print(text, file=self._stream, flush=True)

    def _wrapped(self, text: str, width: int | None = None) -> str:
        return textwrap.fill(text, width or self.width, break_long_words=False, break_on_hyphens=False)

    def _rule(self, sign: str, under: str) -> str:
        return sign * min(len(under), self.width)

    def _encodes(self, text: str) -> bool:
        try:
            text.encode(getattr(self._stream, "encoding", None) or "utf-8")
        except (UnicodeEncodeError, LookupError):
            return False
        return True

    def _sign(self, sign: str, plain: str) -> str:
        return sign if self._encodes(sign) else plain

    def _box(self) -> "Box":
        from rich import box

        return box.ROUNDED if self._encodes("╭") else box.ASCII

    def _rich(self) -> "Console":
        if self._console is None:
            from rich.console import Console

            self._console = Console(file=self._stream, width=self.width, highlight=False, markup=False)
        return self._console

    def _write_plain_table(
        self, headers: Sequence[str], cells: Sequence[Sequence[str]], numeric: Sequence[bool]
    ) -> None:
        widths = [max(1, *(len(row[column]) for row in [headers, *cells])) for column in range(len(headers))]
        # Where it does not fit, the widest text column is wrapped until it does.
        while sum(widths) + 2 * (len(widths) - 1) > self.width and max(widths) > 8:
            widths[widths.index(max(widths))] -= 1
        for index, row in enumerate([headers, *cells]):
            wrapped = [textwrap.wrap(cell, width) or [""] for cell, width in zip(row, widths, strict=True)]
            for line in range(max(map(len, wrapped))):
                parts = []
                for lines, width, right in zip(wrapped, widths, numeric, strict=True):
                    part = lines[line] if line < len(lines) else ""
                    parts.append(part.rjust(width) if right else part.ljust(width))
                self._write("  ".join(parts).rstrip())
            if index == 0:
                self._write("  ".join("-" * width for width in widths))


class Progress:
    """What `Narrator.progress` gives: call `advance` as the work goes on."""

    def __init__(self, narrator: Narrator, text: str, total: int | None) -> None:
        self._narrator = narrator
        self._text = text
        self._total = total
        self._done = 0
        self._said = 0.0

    def advance(self, steps: int = 1) -> None:
        """Say that `steps` more are done."""
        self._done += steps
        if self._narrator.is_terminal:
            self._bar.update(self._task, completed=self._done)
        elif time.monotonic() - self._said >= 10:
            self._say()

    def _say(self) -> None:
        self._said = time.monotonic()
        share = f" {self._done}/{self._total}" if self._total and self._done else ""
        self._narrator._write(f"{self._text}{share}…" if self._narrator._encodes("…") else self._text + share)

    def _start(self) -> None:
        if self._narrator.is_terminal:
            from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
            from rich.progress import Progress as Bar

            self._bar = Bar(
                TextColumn("{task.description}"),
                BarColumn(bar_width=24),
                TextColumn("{task.completed:.0f}" if self._total is None else "{task.completed:.0f}/{task.total:.0f}"),
                TimeElapsedColumn(),
                console=self._narrator._rich(),
                transient=True,
                refresh_per_second=8,
            )
            self._task = self._bar.add_task(self._text, total=self._total)
            self._bar.start()
        else:
            self._say()

    def _stop(self) -> None:
        if self._narrator.is_terminal:
            self._bar.stop()


class Live:
    """What `Narrator.live` gives: call `show` with the picture's lines.

    Elsewhere than on a terminal, where nothing can be drawn again in place, `show` writes the `brief` lines only.
    """

    def __init__(self, narrator: Narrator) -> None:
        self._narrator = narrator

    def show(self, lines: Sequence[str], brief: Sequence[str] = ()) -> None:
        """Draw `lines` over the last picture; off a terminal, write `brief` below what is there."""
        if self._narrator.is_terminal:
            from rich.text import Text

            self._live.update(Text("\n".join(lines), no_wrap=True, overflow="ellipsis"), refresh=True)
        else:
            for line in brief:
                self._narrator._write(line)

    def _start(self) -> None:
        if self._narrator.is_terminal:
            from rich.live import Live as Region

            self._live = Region(console=self._narrator._rich(), auto_refresh=False, redirect_stderr=False)
            self._live.start()

    def _stop(self) -> None:
        if self._narrator.is_terminal:
            self._live.stop()


def grouped(number: int) -> str:
    """A whole number with its digits in threes, parted by a space: right in Spanish and in English."""
    return f"{number:,}".replace(",", " ")


def _is_number(cell: str) -> bool:
    head = cell.strip().lstrip("+-−×x<>≈~").split(" ")[0].rstrip("%x×sm")
    return bool(head) and head[0].isdigit() and head.replace(".", "").replace(",", "").replace(" ", "").isdigit()
