"""One lab in a process of its own for the tests of this folder that need a real one."""

from collections.abc import Iterator

import pytest

from support import lab as support
from support.labclient import Client


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[support.Lab]:
    """A lab on a copy of the course."""
    with support.running(tmp_path_factory.mktemp("served")) as running:
        yield running


@pytest.fixture
def page(served: support.Lab) -> Client:
    """A page's side of it, without a browser."""
    return Client(served)
