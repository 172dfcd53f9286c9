"""Options of lessons, and mistakes in them."""

import signal
import subprocess
import sys
import textwrap

import pytest

from hilos.errors import UsageError
from hilos.lesson.options import CourseParser, guarded, parse, positive
from support.lessons import ROOT, environment


def failing(arguments: list[str], capsys: pytest.CaptureFixture[str], port: int | None = 8000) -> str:
    """What is said when `arguments` are refused with status 2."""
    parser = CourseParser(prog="leccion.py")
    parser.add_argument("--threads", type=positive)
    with pytest.raises(SystemExit) as exit_info:
        parse(parser, port, arguments)
    assert exit_info.value.code == 2
    return capsys.readouterr().err


def test_defaults() -> None:
    """A port where one is given, a seed that is printed and can be repeated."""
    options = parse(CourseParser(), 8000, [])
    assert options.port == 8000
    assert not options.once
    assert 1 <= options.seed < 1_000_000
    assert parse(CourseParser(), None, ["--seed", "7"]).seed == 7
    assert parse(CourseParser(), None, []).port is None


@pytest.mark.parametrize("port", ["0", "-1", "65536", "abc", "80.5", ""])
def test_a_port_that_is_none_is_refused(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    """In two lines that say what a port is."""
    said = failing([f"--port={port}"], capsys)
    assert "de 1 a 65535" in said
    assert len(said.splitlines()) == 2


def test_a_mistake_is_said_in_the_language_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    """Also where --lang comes after the mistake."""
    assert "no se reconoce: --nada" in failing(["--nada"], capsys)
    assert "unrecognized arguments: --nada" in failing(["--nada", "--lang", "en"], capsys)
    assert "Help: leccion.py --help" in failing(["--nada", "--lang=en"], capsys)


def test_a_count_below_one_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """Zero threads make no lesson."""
    for text in ("0", "-3", "dos"):
        assert "mayor que 0" in failing(["--threads", text], capsys)


def test_an_unknown_language_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """It names the two there are."""
    said = failing(["--lang", "fr"], capsys)
    assert "fr" in said
    assert "es" in said
    assert "en" in said


def test_a_lesson_without_port_does_not_take_one(capsys: pytest.CaptureFixture[str]) -> None:
    """--port is only where metrics are served."""
    assert "no se reconoce" in failing(["--port", "8000"], capsys, port=None)


def test_known_errors_end_with_status_2_and_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    """The message alone."""

    def run() -> int:
        raise UsageError("eso no vale")

    before = signal.getsignal(signal.SIGTERM)
    try:
        assert guarded(run) == 2
    finally:
        signal.signal(signal.SIGTERM, before)
    assert capsys.readouterr().err == "eso no vale\n"


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals_end_without_a_traceback(number: signal.Signals, status: int) -> None:
    """Ctrl+C and SIGTERM unwind, so that `with` and `finally` do their work."""
    program = """
        import time
        from hilos.lesson.options import guarded
        def run():
            try:
                print("listo", flush=True)
                time.sleep(60)
            finally:
                print("recogido", flush=True)
        raise SystemExit(guarded(run))
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "listo\n"
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    assert process.returncode == status
    assert out == "recogido\n"
    assert "Traceback" not in err


def test_a_reader_that_goes_away_is_no_error() -> None:
    """`lesson | head` ends with 141 and says nothing."""
    program = """
        from hilos.lesson.options import guarded
        def run():
            for n in range(100000):
                print(n)
            return 0
        raise SystemExit(guarded(run))
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(20) == 141


@pytest.mark.parametrize(
    ("lang", "words"), [("es", ("uso: ", "opciones:", "idioma")), ("en", ("usage: ", "options:", "language"))]
)
def test_help_is_in_the_language_asked_for(lang: str, words: tuple[str, ...]) -> None:
    """Argparse's own words too, also where --lang comes with it."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "basics" / "01_threading_basics.py"), "--help", "--lang", lang],
        capture_output=True, text=True, env=environment(), timeout=30, check=True,
    )  # fmt: skip
    for word in words:
        assert word in done.stdout
    assert ("usage:" in done.stdout) == (lang == "en")
