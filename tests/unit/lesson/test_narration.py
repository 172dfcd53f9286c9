"""What a lesson says, on a pipe, on a terminal, in poor encodings."""

import io
import re

import pytest

from hilos.lesson import Narrator


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def everything(tell: Narrator) -> None:
    """All that a narrator can say."""
    tell.title(
        "Carreras de datos", "Dos hilos, una cuenta y un euro que desaparece sin que nadie lo haya gastado nunca."
    )
    tell.section("El contador compartido y su ventana")
    tell.say("palabra " * 60 + "\n\nOtro párrafo.")
    tell.points(["uno " * 40, "dos"])
    tell.code("with lock:\n    total += 1")
    tell.quote("DEADLOCK:\n  " + "un hilo espera " * 12)
    tell.table(["estrategia", "operaciones/s", "nota"], [["Lock", "12 345", "larga " * 30], ["Queue", "9", "-"]])
    tell.result(True, "se cumple " * 12)
    tell.result(False, "se perdió " * 12)
    tell.note("esta máquina " * 12)
    tell.next_step("Sigue con:", "./run.sh demo-basic")


@pytest.mark.parametrize("width", [40, 80, 100])
@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_no_line_is_wider_than_asked(width: int, stream: type[io.StringIO], monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal and on a pipe."""
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    out = stream()
    everything(Narrator(out, width))
    shown = re.sub(r"\x1b\[[0-9;]*m", "", out.getvalue())
    assert max(len(line) for line in shown.splitlines()) <= width


def test_a_pipe_gets_neither_colour_nor_box() -> None:
    """Plain lines only."""
    out = io.StringIO()
    everything(Narrator(out, 80))
    assert "\x1b" not in out.getvalue()
    assert not set("╭│─┃━") & set(out.getvalue())


def test_what_ascii_lacks_is_written_otherwise() -> None:
    """Signs have an ASCII twin, and what is left is replaced instead of raised."""
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii", errors="replace", write_through=True)
    everything(Narrator(out, 80))
    text = raw.getvalue().decode()
    assert "OK se cumple" in text
    assert "X se perdi?" in text
    assert "- uno" in text
    assert "> esta m?quina" in text


def test_numbers_go_to_the_right_and_text_to_the_left() -> None:
    """Columns are read by their edges."""
    out = io.StringIO()
    Narrator(out, 80).table(["n", "nombre"], [["1", "a"], ["1000", "b"]])
    assert out.getvalue().splitlines() == ["   n  nombre", "----  ------", "   1  a", "1000  b"]


def test_a_table_too_wide_is_wrapped_and_loses_nothing() -> None:
    """The widest column gives way; every word is still there."""
    out = io.StringIO()
    words = [f"palabra{n}" for n in range(30)]
    Narrator(out, 60).table(["n", "texto"], [["1", " ".join(words)]])
    assert all(word in out.getvalue() for word in words)
    assert max(map(len, out.getvalue().splitlines())) <= 60


def test_sections_are_numbered() -> None:
    """In the order in which they are told."""
    out = io.StringIO()
    tell = Narrator(out, 80)
    tell.section("primera")
    tell.section("segunda")
    assert "1. primera" in out.getvalue()
    assert "2. segunda" in out.getvalue()


@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_progress_ends_quietly(stream: type[io.StringIO]) -> None:
    """On a pipe it leaves one line; on a terminal its bar goes away."""
    out = stream()
    tell = Narrator(out, 80)
    with tell.progress("Mido", total=3) as progress:
        for _ in range(3):
            progress.advance()
    if not tell.is_terminal:
        assert out.getvalue() == "Mido…\n"
