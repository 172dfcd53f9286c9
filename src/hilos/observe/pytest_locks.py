"""`pytest --hilos-locks`: every lock of the code under test is observed, and a test that inverts locks fails.

A test fails, though it passed, if while it ran two locks were taken in opposite orders (the other order may have been
seen in an earlier test: the graph is that of the whole run), or if threads deadlocked.  At a deadlock one thread gets
`DeadlockError`, so that the run does not hang.
"""

from collections.abc import Generator

import pytest

from hilos.observe import hub, installation

OPTION = "--hilos-locks"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    group = parser.getgroup("hilos")
    group.addoption(
        OPTION,
        action="store_true",
        dest="hilos_locks",
        help="observe all locks; fail a test that takes two locks in opposite orders, or that deadlocks",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Begin before the code under test is imported, since modules make locks when they are."""
    if config.getoption("hilos_locks"):
        installation.install()
        config.add_cleanup(installation.uninstall)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Watch while the test runs."""
    if not item.config.getoption("hilos_locks"):
        return (yield)
    with hub.watch(on_deadlock="raise") as found:
        outcome = yield
    findings = [str(finding) for finding in (*found.deadlocks, *found.inversions)]
    if findings:
        pytest.fail("\n\n".join(findings), pytrace=False)
    return outcome
