"""Fibres: the carriers of the threads of a program under test, all on one OS thread.

The only importer of greenlet.  A switch costs half a microsecond where handing over between OS threads costs four and
more, and nothing but a switch ever changes whose turn it is.
"""

from collections.abc import Callable
from typing import Any

import greenlet

Fibre: Any = greenlet.greenlet
"""Made with a function and a parent; `switch()` goes there, `throw(error)` raises there."""

here: Callable[[], Any] = greenlet.getcurrent


def fibre(run: Callable[[], Any], parent: Any) -> Any:
    """A fibre that will run a function when it is first switched to, and falls to `parent` when that returns."""
    return Fibre(run, parent)
