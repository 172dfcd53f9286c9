"""What runs again and again in one process, as if it were the first time.

These stand in a file of their own, with next to nothing in it: what the functions of a program can reach, their
module's names too, is numbered before every execution, and is scheduled: whoever looks from outside must call nothing
of this file.
"""

import random
from collections.abc import Callable
from typing import Any

from hilos.course.beginning import begin
from hilos.locale import translator

_ = translator("course")


def made_afresh(restore: Callable[[], None], setup: Callable[[], Any] | None) -> Callable[[], Any]:
    """`setup` after `restore`, and with the same chance each time, so that a schedule says all of an execution."""

    def made() -> Any:
        random.seed(0)
        begin()
        restore()
        return setup() if setup is not None else None

    return made


def afresh(restore: Callable[[], None], body: Callable[[], Any]) -> Callable[[], Any]:
    """The same for a whole program."""

    def program() -> Any:
        random.seed(0)
        begin()
        restore()
        try:
            return body()
        except SystemExit as error:
            # It would end the thread without a word, and with it every check that follows.
            raise AssertionError(_("el programa termina a mitad, con SystemExit")) from error

    return program
