"""What several actors did, from top to bottom: a column each, or a narrow lane each with the text beside."""

import textwrap
from collections.abc import Sequence

GUTTER = 5


class Row:
    """One operation: its number (at most four characters), whose it is, its source line (or none), and what it did."""

    def __init__(self, number: str, actor: str, source: str, text: str) -> None:
        self.number = number
        self.actor = actor
        self.source = source
        self.text = text


def draw(actors: Sequence[str], rows: Sequence[Row], width: int) -> list[str]:
    """Lines of text: a heading, then the rows; columns for two actors, lanes for more."""
    return _columns(actors, rows, width) if len(actors) <= 2 else _lanes(actors, rows, width)


def draw_most(actors: Sequence[str], rows: Sequence[Row], width: int, most: int, left_out: str) -> list[str]:
    """The same with no more than `most` rows: the beginning, `left_out` with how many `{n}` are missing, the end."""
    if len(rows) <= most:
        return draw(actors, rows, width)
    head, tail = rows[: most // 3], rows[most // 3 - most :]
    middle = left_out.format(n=len(rows) - most).center(width)
    heading = len(draw(actors, (), width))
    return [*draw(actors, head, width), "", middle, "", *draw(actors, tail, width)[heading:]]


def _columns(actors: Sequence[str], rows: Sequence[Row], width: int) -> list[str]:
    """One column a thread."""
    column = (width - GUTTER) // max(len(actors), 1)
    lines = [" " * GUTTER + "".join(_cut(actor, column - 2).ljust(column) for actor in actors)]
    lines.append(" " * GUTTER + "".join(("─" * (column - 2)).ljust(column) for _actor in actors))
    for row in rows:
        left = actors.index(row.actor) * column
        number = row.number
        if row.source:
            lines.append(f"{number:<{GUTTER}}" + " " * left + _cut(row.source, column - 2))
            number = ""
        wrapped = textwrap.wrap(row.text, column - 5, break_on_hyphens=False)[:4] or ([""] if number else [])
        for piece in wrapped:
            lines.append(f"{number:<{GUTTER}}" + " " * left + "   " + piece)
            number = ""
    return lines


def _lanes(actors: Sequence[str], rows: Sequence[Row], width: int) -> list[str]:
    """One narrow lane a thread, the text to the right: for many threads."""
    lines = [f"{'':<{GUTTER}}" + "│ " * index + f"┌ {actor}" for index, actor in enumerate(actors)]
    lines.append("")
    indent = GUTTER + 2 * len(actors) + 1
    for row in rows:
        lanes = "".join("● " if actor == row.actor else "│ " for actor in actors)
        text = f"{row.source}" if row.source else row.text
        lines.append(f"{row.number:<{GUTTER}}{lanes} " + _cut(text, width - indent))
        if row.source:
            idle = "│ " * len(actors)
            pieces = textwrap.wrap(row.text, width - indent - 3, break_on_hyphens=False)[:3]
            lines += [f"{'':<{GUTTER}}{idle}    {piece}" for piece in pieces]
    return lines


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: max(width - 1, 0)] + "…"
