"""The key beside the page."""

import stat
from pathlib import Path

import pytest

from hilos.websocket.key import keep_key


def test_a_key_is_made_once_and_kept(tmp_path: Path) -> None:
    """All servers of a folder share one key, which only its owner may read; no draft stays behind."""
    path = tmp_path / "websocket_key.js"
    key, kept = keep_key(path)
    assert kept
    assert keep_key(path) == (key, True)
    assert path.read_text() == f'window.hilosKey = "{key}";\n'
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("content", [b"", b"window.hilosKey = '';\n", b"\xff\xfe", b'window.hilosKey = "short";\n'])
def test_nonsense_is_replaced(tmp_path: Path, content: bytes) -> None:
    """A file with something else in it is made anew."""
    path = tmp_path / "websocket_key.js"
    path.write_bytes(content)
    key, kept = keep_key(path)
    assert kept
    assert len(key) == 43
    assert keep_key(path) == (key, True)


def test_where_nothing_can_be_written_there_is_a_key_all_the_same(tmp_path: Path) -> None:
    """The server starts; it says that the key is not in the file."""
    key, kept = keep_key(tmp_path / "not there" / "websocket_key.js")
    assert not kept
    assert len(key) == 43
