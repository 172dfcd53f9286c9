"""What an observed lock is called when nobody names it: the variable that it goes to, and the line that made it."""

from pathlib import Path

import pytest

from hilos.observe.stacks import creating_line

PROGRAM = """
class Pair:
    def __init__(self, made):
        self.left, self.right = made(), made()
        self.lone = made()

def both(made):
    first, second = made(), made()
    return first, second

def many(made):
    return [made() for _ in range(2)]
"""


@pytest.fixture
def program(tmp_path: Path) -> dict[str, object]:
    """The program above, from a file of its own."""
    file = tmp_path / "shop.py"
    file.write_text(PROGRAM, encoding="utf-8")
    names: dict[str, object] = {"__name__": "shop"}
    exec(compile(PROGRAM, str(file), "exec"), names)
    return names


def test_two_locks_of_one_line_are_told_apart(program: dict, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`left, right = Lock(), Lock()`: each by its own variable; those of a comprehension by their line."""
    monkeypatch.chdir(tmp_path)

    def made() -> str:
        return creating_line()

    # The name is read from the first frame that is not ours; here this file stands for what makes locks.
    monkeypatch.setattr("hilos.observe.stacks._HERE", __file__)
    pair = program["Pair"](made)
    assert (pair.left, pair.right, pair.lone) == ("left (shop.py:4)", "right (shop.py:4)", "lone (shop.py:5)")
    assert program["both"](made) == ("first (shop.py:8)", "second (shop.py:8)")
    assert program["many"](made) == ["shop.py:12", "shop.py:12"]
