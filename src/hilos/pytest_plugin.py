"""The pytest plugin of the explorer: the fixture `explore`, `@interleave()`, counterexamples as a person reads them.

    def test_deposits(explore):
        explore(setup=Account, workers=[deposit, deposit], invariant=lambda account: account.balance == 200)

    @interleave()
    def test_deposits_too(): ...                # the whole program, threads and all

A test fails with the explanation and nothing else, and the explanation ends with the command that replays it.  What
observes the locks of ordinary tests is a plugin of its own (`hilos.observe.pytest_locks`).

Nothing of hilos is imported before a test asks for it, so that a session that has no use for it pays nothing.
"""

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from hilos.explore import Report


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the command line's options."""
    group = parser.getgroup("hilos", "hilos: interleavings of threads")
    group.addoption("--hilos-replay", metavar="TOKEN", help="run only this schedule of the selected test")
    group.addoption("--hilos-budget", metavar="N", help="most executions of an exploration, or its time: 5000, 30s, 2m")
    group.addoption("--hilos-seed", metavar="N", type=int, help="seed of sampling strategies")


def pytest_configure(config: pytest.Config) -> None:
    """Check the options before any test runs."""
    if config.getoption("hilos_replay") or config.getoption("hilos_budget"):
        from hilos.errors import UsageError

        try:
            _options(config)
        except (UsageError, ValueError) as error:
            raise pytest.UsageError(str(error)) from None


def _options(config: pytest.Config) -> dict[str, Any]:
    """What the command line asks of every exploration."""
    options: dict[str, Any] = {}
    token, budget, seed = (config.getoption(f"hilos_{name}") for name in ("replay", "budget", "seed"))
    if token:
        from hilos.explore import Schedule

        options["schedule"] = Schedule.parse(token)
    if budget:
        unit = {"s": 1.0, "m": 60.0}.get(budget[-1:])
        options["budget"] = float(budget[:-1]) * unit if unit else int(budget)
    if seed is not None:
        options["seed"] = seed
    return options


@pytest.fixture
def explore() -> "Callable[..., Report]":
    """Explore a program and fail with the explanation unless it is proved: `hilos.explore.explore`, checked."""
    from hilos.explore.exploration import checked

    def explored(setup: Any = None, workers: Any = None, invariant: Any = None, **options: Any) -> "Report":
        return checked(setup=setup, workers=workers, invariant=invariant, **options)

    return explored


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Explorations of the test take their options from the command line."""
    options = _options(item.config)
    if not options:
        return (yield)
    from hilos.explore.exploration import forced

    token = forced.set(options)
    try:
        return (yield)
    finally:
        forced.reset(token)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> Generator[None, Any, Any]:
    """A counterexample is printed as it is, without the frames of the explorer."""
    outcome = yield
    error = call.excinfo.value if call.excinfo is not None else None
    if isinstance(error, AssertionError) and type(error).__name__ == "NotProved":
        from hilos.explore.explain.render import render

        command = f"pytest {_quoted(item.nodeid)} --hilos-replay={{token}}"
        outcome.longrepr = render(error.report, replay=command)  # type: ignore[attr-defined]
    return outcome


def _quoted(nodeid: str) -> str:
    import shlex

    return shlex.quote(nodeid)
