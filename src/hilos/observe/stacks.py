"""Where in the program something happens: call stacks and creating lines, without observe's own frames."""

import ast
import dis
import itertools
import linecache
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
    for root in (*_PACKAGES, _STDLIB):
        if file.startswith(root):
            return file[len(root) :]
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


_OURS = ("locks", "conditions", "semaphores", "gates", "processes", "waiting", "hub", "ordering")
_BETWEEN = frozenset({"threading", *(f"hilos.observe.{name}" for name in _OURS)})


def program_frame(frame: FrameType) -> FrameType:
    """The first of `frame` and its callers that is the program's own, and not ours or `threading`'s."""
    while frame.f_globals.get("__name__") in _BETWEEN:
        back = frame.f_back
        if back is None:
            break
        frame = back
    return frame


def location(frame: FrameType) -> Location:
    """Where `frame` is now."""
    return Location(frame.f_code.co_filename, frame.f_lineno or 0, frame.f_code.co_qualname)


Captured = tuple[tuple[CodeType, int], ...]
"""A stack as it is taken, cheaply: code and instruction of each call, innermost first."""


def capture(frame: FrameType) -> Captured:
    """The calls that lead to `frame`, to be read with `read` if anybody ever asks."""
    found: list[tuple[CodeType, int]] = []
    each: FrameType | None = frame
    while each is not None and len(found) < DEEPEST:
        found.append((each.f_code, each.f_lasti))
        each = each.f_back
    return tuple(found)


def read(captured: Captured) -> tuple[Location, ...]:
    """The program's own calls of a captured stack, innermost first."""
    return tuple(line_of(code, at) for code, at in captured if not _is_noise(code))


def _is_noise(code: CodeType) -> bool:
    """Whether a call says nothing to the program's author: ours, or how every thread begins."""
    file = code.co_filename
    return file.startswith(_HERE) or (
        file == threading.__file__ and code.co_name in ("_bootstrap", "_bootstrap_inner", "run")
    )


def stack_of(ident: int) -> tuple[Location, ...]:
    """Where the thread with that ident is now; nothing if it has ended."""
    frame = sys._current_frames().get(ident)
    return read(capture(frame)) if frame is not None else ()


def line_of(code: CodeType, instruction: int) -> Location:
    """The line of the instruction at the byte offset `instruction` of `code`."""
    line = code.co_firstlineno
    for start, end, number in code.co_lines():
        if start <= instruction < end and number is not None:
            line = number
            break
    return Location(code.co_filename, line, code.co_qualname)


def creating_line() -> str:
    """A name for what is being made: the variable it goes to, and the line, as in `stock (shop.py:12)`.

    The line is the program's innermost one outside the standard library; where the standard library makes it on the
    program's behalf (a queue's mutex), its module stands behind, as in `jobs (shop.py:14, queue)`.
    """
    through = ""
    inner: FrameType | None = None
    for frame in _frames(sys._getframe(1)):
        file = frame.f_code.co_filename
        if not is_library(file):
            return _name(frame, through)
        if file.startswith("<frozen importlib"):  # made while a module of the library is imported: its own
            return _name(inner or frame, "")
        module = str(frame.f_globals.get("__name__", "")).partition(".")[0]
        if module != "threading":
            through = module
            inner = inner or frame
    return through or "?"


_names: dict[tuple[int, int, str], tuple[CodeType, str]] = {}


def _name(frame: FrameType, through: str) -> str:
    code = frame.f_code
    key = (id(code), frame.f_lasti, through)
    known = _names.get(key)
    if known is not None:
        return known[1]
    if len(_names) > 4096:
        _names.clear()
    line = f"{short(code.co_filename)}:{frame.f_lineno}"
    place = f"{line}, {through}" if through else line
    variable = _assigned(code, frame.f_lasti) or _unpacked(code, frame.f_lasti)
    name = f"{variable} ({place})" if variable else place
    # The code object is kept, too: its id must not be used again while it is in the table.
    _names[key] = (code, name)
    return name


_LOADS_OWNER = frozenset(["LOAD_FAST", "LOAD_NAME", "LOAD_GLOBAL", "LOAD_DEREF", "LOAD_FAST_BORROW", "LOAD_ATTR"])


def _assigned(code: CodeType, instruction: int) -> str:
    """The variable or attribute that the result of the call at the byte offset `instruction` is stored in.

    Read from the bytecode, which promises nothing: where it does not look as expected, there is no name.
    """
    try:
        found = [each for each in dis.get_instructions(code) if instruction < each.offset <= instruction + 40]
        for each in found:
            if each.opname in ("CACHE", "NOP"):
                continue
            if each.opname in _LOADS_OWNER:  # `self` of `self.lock = ...` is loaded between the call and the store
                continue
            if each.opname.startswith("STORE_") and isinstance(each.argval, str):
                return each.argval
            return ""
    except Exception:  # noqa: BLE001
        return ""
    return ""


def _unpacked(code: CodeType, instruction: int) -> str:
    """The same for `left, right = Lock(), Lock()`, from the source line: in bytecode the values only change places."""
    line, end, column, _last = next(itertools.islice(code.co_positions(), instruction // 2, None), (None,) * 4)
    if line is None or line != end or column is None:
        return ""
    source = linecache.getline(code.co_filename, line)
    indent = len(source) - len(source.lstrip())
    try:
        statement = ast.parse(source.strip()).body[0]
    except (SyntaxError, IndexError):
        return ""
    if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Tuple):
        return ""
    targets = statement.targets[0]
    if not isinstance(targets, ast.Tuple) or len(targets.elts) != len(statement.value.elts):
        return ""
    for target, value in zip(targets.elts, statement.value.elts, strict=True):
        if value.col_offset + indent == column:
            return str(getattr(target, "id", None) or getattr(target, "attr", ""))
    return ""
