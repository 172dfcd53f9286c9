"""examples/demo_completo.py: real images, per-file failures, nothing left half done."""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from PIL import Image

from hilos.errors import GiveUp
from support import lessons, require

PATH = "examples/demo_completo.py"


@pytest.fixture(scope="module")
def demo():  # type: ignore[no-untyped-def]
    """The demo as a module."""
    return lessons.load(PATH)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder of real photographs in two sizes, and three files that are not."""
    folder = tmp_path / "photos"
    (folder / "sub").mkdir(parents=True)
    source = Path(__import__("mahotas").__file__).parent / "demos" / "data" / "luispedro.jpg"
    (folder / "face.jpg").write_bytes(source.read_bytes())
    with Image.open(source) as image:
        image.resize((150, 190)).save(folder / "sub" / "face.jpg")
    (folder / "truncated.jpg").write_bytes(source.read_bytes()[:8000])
    (folder / "text.png").write_text("not an image")
    Image.new("1", (12_000, 9_000)).save(folder / "bomb.png")  # 108 megapixels in some kilobytes
    return folder


def finished(folder: Path) -> list[str]:
    """Names of the files in a folder, hidden ones too."""
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.slow
@pytest.mark.parametrize("language", ["es", "en"])
def test_a_folder_with_good_and_bad_files(language: str, photos: Path, tmp_path: Path) -> None:
    """Good ones are processed and verified, each bad one is reported with its reason, nothing else is written."""
    out = tmp_path / "out"
    done = lessons.run(PATH, "--fast", "--input", str(photos), "--output", str(out), "--lang", language)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    text = " ".join(done.stdout.split())
    assert ("108 megapíxeles" if language == "es" else "108 megapixels") in text
    assert text.count("✗") == 3
    for name in ("bomb.png", "text.png", "truncated.jpg"):
        assert name in text
    same = "idénticos, píxel a píxel" if language == "es" else "identical, pixel by pixel"
    assert text.count(same) == 2  # also after a worker was killed midway
    filters = ("blur", "edges", "enlarge", "equalize", "thumbnail")
    wanted = [f"{name}.{each}.png" for name in ("face.jpg", "sub_face.jpg") for each in filters]
    assert finished(out) == sorted([*wanted, "contact_sheet.png"])
    for name in finished(out):
        with Image.open(out / name) as image:
            image.load()


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["threads", "cluster"])
def test_other_back_ends_give_the_same(backend: str, photos: Path, tmp_path: Path) -> None:
    """Threads here, and a real cluster whose workers are processes of their own."""
    out = tmp_path / "out"
    arguments = ["--fast", "--input", str(photos), "--output", str(out), "--backend", backend]
    if backend == "threads":
        done = lessons.run(PATH, *arguments)
    else:
        require.package("distributed")
        import distributed

        with distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs=50
        ) as cluster:
            done = lessons.run(PATH, *arguments, "--address", cluster.scheduler_address)
    assert done.returncode == 0, done.stderr
    assert "idénticos, píxel a píxel" in " ".join(done.stdout.split())
    assert len(finished(out)) == 11


def test_samples_are_real_images(demo, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """Three of mahotas' and eight details cut from them."""
    samples = demo.sample_images(tmp_path, few=False)
    assert len(samples) == 11
    for sample in samples:
        with Image.open(sample) as image:
            assert len(set(image.convert("L").tobytes())) > 30  # no flat drawing


def test_filters_do_what_they_say(demo) -> None:  # type: ignore[no-untyped-def]
    """On an image whose answer is known: a white square on black."""
    image = Image.new("RGB", (40, 40))
    image.paste((255, 255, 255), (10, 10, 30, 30))
    edges = demo.edges(image)
    assert edges.getpixel((20, 20)) == edges.getpixel((3, 3)) == 0
    assert edges.getpixel((10, 20)) == 255
    assert demo.enlarge(image).size == (80, 80)
    assert 0 < demo.blur(image).getpixel((10, 20))[0] < 255
    dull = Image.new("L", (64, 64))
    dull.putdata([100 + number % 16 for number in range(64 * 64)])
    darkest, brightest = demo.equalize(dull.convert("RGB")).convert("L").getextrema()
    assert brightest - darkest > 200
    wide = demo.thumbnail(Image.new("RGB", (1600, 400)))
    assert wide.size == (160, 40)


def test_a_bomb_is_refused_before_it_is_opened(demo, photos: Path) -> None:  # type: ignore[no-untyped-def]
    """By what its header says; memory does not grow."""
    before = psutil.Process().memory_info().rss
    with pytest.raises(GiveUp, match="108"):
        demo.read(str(photos / "bomb.png"), 80_000_000)
    assert psutil.Process().memory_info().rss - before < 30e6


def test_a_result_that_cannot_be_written_is_not_left_half_done(
    demo, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # type: ignore[no-untyped-def]
    """The disk fills up (a limit on the size of files says so to the writer): an error, and no file."""
    resource = pytest.importorskip("resource")
    partial = tmp_path / "partial"
    partial.mkdir()
    script = (
        "import resource, signal, sys\n"
        "sys.path.insert(0, sys.argv[1])\n"
        "from support import lessons\n"
        "demo = lessons.load('examples/demo_completo.py')\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "try:\n"
        "    demo.process(sys.argv[2], 'enlarge', sys.argv[3], sys.argv[4], 10**9, 'es')\n"
        "except OSError as error:\n"
        "    print(type(error).__name__)\n"
    )
    assert resource
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            script,
            str(lessons.ROOT / "tests"),
            str(photos / "face.jpg"),
            str(tmp_path / "face.png"),
            str(partial),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.strip() == "OSError", done.stderr
    assert not (tmp_path / "face.png").exists()
    assert finished(partial) == []


@pytest.mark.slow
def test_a_full_disk_is_reported_per_file(photos: Path, tmp_path: Path) -> None:
    """On a file system of 300 kB: what fits is written whole, the rest is reported, and the run ends well."""
    out = tmp_path / "small"
    out.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(out)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("needs the right to mount a small file system")
    try:
        arguments = ["--fast", "--workers", "1", "--input", str(photos), "--output", str(out), "--lang", "en"]
        done = lessons.run(PATH, *arguments)
        assert done.returncode == 0, done.stderr
        assert "No space left on device" in " ".join(done.stdout.split())
        assert "Traceback" not in done.stdout + done.stderr
        assert not [name for name in finished(out) if name.startswith(".")]
        for name in finished(out):
            with Image.open(out / name) as image:
                image.load()
    finally:
        subprocess.run(["umount", str(out)], check=True)


# type: ignore[no-untyped-def]
def test_an_unreadable_folder_is_reported_and_the_rest_goes_on(demo, tmp_path: Path) -> None:
    """A folder without permission (asked as somebody who is not root)."""
    if os.geteuid() == 0:
        pytest.skip("root can read everything; the twin test below runs it as another user")
    _check_unreadable(demo, tmp_path)


def _check_unreadable(demo, folder: Path) -> None:  # type: ignore[no-untyped-def]
    closed = folder / "closed"
    closed.mkdir()
    Image.new("RGB", (5, 5)).save(folder / "good.png")
    closed.chmod(0)
    try:
        images, unreadable = demo.find_images(folder, folder / "out")
    finally:
        closed.chmod(0o700)
    assert [path.name for path in images] == ["good.png"]
    assert [path.name for path, _reason in unreadable] == ["closed"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become somebody else")
def test_an_unreadable_folder_as_somebody_who_is_not_root(demo, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """The same, in a child that gives up root's rights."""
    place = Path(tempfile.mkdtemp(prefix="hilos-unreadable-"))
    place.chmod(0o777)
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            os.setgid(65534)
            os.setuid(65534)
            _check_unreadable(demo, place)
            status = 0
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    shutil.rmtree(place)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--input", "/nowhere/at/all"],
        ["--output", "/proc/no"],
        ["--workers", "0"],
        ["--backend", "telepathy"],
        ["--backend", "cluster"],
        ["--max-megapixels", "many"],
    ],
    ids=lambda arguments: " ".join(arguments),
)
def test_nonsense_is_said_in_a_line_or_two(arguments: list[str]) -> None:
    """Status 2, no traceback, nothing written."""
    done = lessons.run(PATH, *arguments)
    assert done.returncode == 2
    assert 1 <= len(done.stderr.splitlines()) <= 3
    assert "Traceback" not in done.stderr


def wait_until(condition: Callable[[], bool], deadline: float = 20.0) -> None:
    """Fail unless `condition` holds before the deadline."""
    end = time.monotonic() + deadline
    while not condition():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.02)


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_ended_at_any_moment_it_leaves_no_process_and_nothing_half_written(  # type: ignore[no-untyped-def]
    how: signal.Signals, demo, photos: Path, tmp_path: Path
) -> None:
    """At random moments: only whole images; what SIGKILL leaves behind, the next run removes."""
    out = tmp_path / "out"
    chance = random.Random(int(how))
    for _attempt in range(6 if os.environ.get("HILOS_FULL") == "1" else 2):
        process = subprocess.Popen(
            [sys.executable, str(lessons.ROOT / PATH), "--fast", "--input", str(photos), "--output", str(out)],
            env=lessons.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        time.sleep(chance.uniform(0.3, 3.0))
        family = [process.pid]
        if process.poll() is None:
            family += [child.pid for child in psutil.Process(process.pid).children(recursive=True)]
            if how is signal.SIGINT:  # a terminal sends it to everybody
                os.killpg(process.pid, how)
            else:
                process.send_signal(how)
        _out, err = process.communicate(timeout=40)
        assert process.returncode in (0, 128 + how, -how), err
        if how is not signal.SIGKILL and process.returncode == 128 + how:
            assert "Traceback" not in err, err
        wait_until(lambda pids=tuple(family): not any(_alive(pid) for pid in pids))
        if out.exists():
            names = finished(out)
            if how is not signal.SIGKILL:
                assert not [name for name in names if name.startswith(".")]
            for name in names:
                if not name.startswith("."):
                    with Image.open(out / name) as image:
                        image.load()
    if how is signal.SIGKILL:
        with demo.folders(out):  # as the next run begins and ends
            assert [name for name in finished(out) if name.startswith(".")] == [f".partial-{os.getpid()}"]
        assert not [name for name in finished(out) if name.startswith(".")]


def _alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != "zombie"
    except psutil.NoSuchProcess:
        return False
