"""Where in the program something happens: call stacks and creating lines, without observe's own frames."""

import os
import sys
import sysconfig
import threading
from collections.abc import Iterator
from types import CodeType, FrameType

from hilos.events import Location

DEEPEST = 24
"""Frames kept of a stack."""

_HERE = os.path.dirname(__file__) + os.sep  # noqa: PTH120  os.path is what code.co_filename is made of
_STDLIB = os.path.dirname(threading.__file__) + os.sep  # noqa: PTH120
_PACKAGES = tuple({sysconfig.get_path("purelib") + os.sep, sysconfig.get_path("platlib") + os.sep})


def is_library(file: str) -> bool:
    """Whether `file` belongs to Python's standard library."""
    return file.startswith("<frozen") or (file.startswith(_STDLIB) and not file.startswith(_PACKAGES))


def short(file: str) -> str:
    """`file` as short as it is still clear: from the package on, or from the working directory."""
    for packages in _PACKAGES:
        if file.startswith(packages):
            return file[len(packages) :]
    try:
        relative = os.path.relpath(file)
    except (OSError, ValueError):  # the working directory is gone, or on another Windows drive
        return os.path.basename(file)  # noqa: PTH119
    return os.path.basename(file) if relative.startswith("..") else relative  # noqa: PTH119


def _frames(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        if not frame.f_code.co_filename.startswith(_HERE):
            yield frame
        frame = frame.f_back


def location(frame: FrameType) -> Location:
    """Where `frame` is now."""
    return Location(frame.f_code.co_filename, frame.f_lineno or 0, frame.f_code.co_qualname)


def stack(frame: FrameType | None = None) -> tuple[Location, ...]:
    """The calls that lead to `frame` (default: the caller), innermost first."""
    start = sys._getframe(1) if frame is None else frame
    found: list[Location] = []
    for each in _frames(start):
        file = each.f_code.co_filename
        if file == threading.__file__ and each.f_code.co_name in ("_bootstrap", "_bootstrap_inner", "run"):
            continue
        found.append(location(each))
        if len(found) == DEEPEST:
            break
    return tuple(found)


def stack_of(ident: int) -> tuple[Location, ...]:
    """Where the thread with that ident is now; nothing if it has ended."""
    frame = sys._current_frames().get(ident)
    return stack(frame) if frame is not None else ()


def line_of(code: CodeType, instruction: int) -> Location:
    """The line of the instruction at the byte offset `instruction` of `code`."""
    line = code.co_firstlineno
    for start, end, number in code.co_lines():
        if start <= instruction < end and number is not None:
            line = number
            break
    return Location(code.co_filename, line, code.co_qualname)


def creating_line() -> str:
    """A name for what is being made: the innermost line of the program outside the standard library.

    Where the standard library makes it on the program's behalf (a queue's mutex), its module stands behind, as in
    `app.py:12 (queue)`.
    """
    through = ""
    for frame in _frames(sys._getframe(1)):
        file = frame.f_code.co_filename
        if not is_library(file):
            name = f"{short(file)}:{frame.f_lineno}"
            return f"{name} ({through})" if through else name
        module = str(frame.f_globals.get("__name__", "")).partition(".")[0]
        if module != "threading":
            through = module
    return through or "?"
