"""Which operations announce themselves, in which order, and which do not."""

import linecache
import textwrap
from typing import Any

import pytest

from hilos.explore.instrument.loader import Instrumentation
from hilos.explore.instrument.points import stepping
from support.hooks import NotingHooks


def noted(source: str, **state: Any) -> list[str]:
    """The operations that a function `f`, given as source, announces when it runs, as `kind target` lines."""
    text = textwrap.dedent(source)
    file = f"/generated/points_{abs(hash(text))}.py"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    names: dict[str, Any] = {"__name__": "generated", **state}
    exec(compile(text, file, "exec"), names)
    hooks = NotingHooks()
    with Instrumentation(hooks, [names["f"]]):
        names["f"]()
    return [f"{point.value} {target}" for point, target in hooks.noted]


class Account:
    def __init__(self) -> None:
        self.balance = 1
        self.history: list[int] = []


CASES: dict[str, tuple[str, list[str]]] = {
    "a lost update's read and write": (
        """
        def f():
            current = account.balance
            account.balance = current + 1
        """,
        ["load attribute account.balance", "store attribute account.balance"],
    ),
    "augmented assignment is a read, then a write": (
        """
        def f():
            account.balance += 1
        """,
        ["load attribute account.balance", "store attribute account.balance"],
    ),
    "a value is evaluated before its target": (
        """
        def f():
            account.balance = account.history
        """,
        ["load attribute account.history", "store attribute account.balance"],
    ),
    "a call of a container's method comes after its arguments": (
        """
        def f():
            account.history.append(account.balance)
        """,
        [
            "load attribute account.history",
            "load method account.history.append",
            "load attribute account.balance",
            "call account.history.append",
        ],
    ),
    "length, membership, truth": (
        """
        def f():
            if account.history and len(account.history) == 0 and 3 in account.history:
                pass
            return not account.history
        """,
        [
            "load attribute account.history",
            "read account.history",
            "load attribute account.history",
            "read account.history",
        ],
    ),
    "each step of an iteration": (
        """
        def f():
            for value in shared:
                pass
        """,
        ["iterate shared"],
    ),
    "subscripts": (
        """
        def f():
            shared[0] = shared[1]
            del shared[0]
            shared[0] += 1
        """,
        ["load item shared", "store item shared", "delete item shared", "load item shared", "store item shared"],
    ),
    "a rebound global": (
        """
        counter = 0
        def f():
            global counter
            counter += 1
            return counter
        """,
        ["load global counter", "store global counter", "load global counter"],
    ),
    "a global that nothing rebinds": (
        """
        LIMIT = 3
        def f():
            return LIMIT
        """,
        [],
    ),
    "a captured variable that is rebound": (
        """
        def f():
            total = 0
            def add():
                nonlocal total
                total += 1
            add()
            return total
        """,
        ["store cell total", "load cell total", "store cell total", "load cell total"],
    ),
    "a captured variable that is bound once": (
        """
        def f():
            total = 3
            return (lambda: total)()
        """,
        ["call lambda: total"],
    ),
    "a variable bound after a function captured it": (
        """
        def f():
            def reader():
                return ready
            ready = True
            return reader()
        """,
        ["store cell ready", "load cell ready"],
    ),
    "local variables": (
        """
        def f():
            total = 0
            for i in range(3):
                total += 1
            first, second = total, i
            return [n * 2 for n in (first, second)]
        """,
        [],
    ),
    "a list that a local variable holds": (
        """
        def f():
            mine = shared
            mine += [4]
            return mine[-1:]
        """,
        ["inplace mine", "load item mine"],
    ),
    "several targets store one by one": (
        """
        def f():
            account.balance, shared[0] = 1, 2
        """,
        ["store attribute account.balance", "store item shared"],
    ),
    "private names": (
        """
        class Safe:
            def __init__(self):
                self.__key = 1
        def f():
            Safe()
        """,
        ["store attribute self._Safe__key"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_operations_on_shared_memory_announce_themselves(case: str) -> None:
    """Each kind of operation is announced once, in the order in which Python does it."""
    source, expected = CASES[case]
    assert noted(source, account=Account(), shared=[1, 2, 3]) == expected


def test_a_site_names_its_place() -> None:
    """Line, function and the text of the object are those of the source."""
    text = "class C:\n    def m(self, forks):\n        return forks[0].name\n"
    linecache.cache["/generated/site.py"] = (len(text), None, text.splitlines(keepends=True), "/generated/site.py")
    names: dict[str, Any] = {"__name__": "generated"}
    exec(compile(text, "/generated/site.py", "exec"), names)
    instrumentation = Instrumentation(NotingHooks(), [names["C"]])
    load = next(site for site in instrumentation.sites if site.name == "name")
    assert (load.owner, load.line, load.function, load.file) == ("forks[0]", 3, "C.m", "/generated/site.py")


def test_stepping_announces_every_step_and_the_end() -> None:
    """The step function is called before each native step, once more for the step that finds the end."""
    log: list[Any] = []
    values = [1, 2]
    for value in stepping(values, lambda: log.append("step")):
        log.extend([value])
    assert log == ["step", 1, "step", 2, "step"]


def test_stepping_sees_what_is_added_meanwhile() -> None:
    """It iterates over the list itself, as a plain loop would."""
    values = [1]
    steps = iter([None, lambda: values.append(2), None, None])

    def step() -> None:
        action = next(steps)
        if action:
            action()

    assert list(stepping(values, step)) == [1, 2]
