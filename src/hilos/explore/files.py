"""What calls that lead to files touch: each file is a location, by its path, and a folder is the list of its files.

The calls are those of `open`, `os`, `os.path`, `pathlib.Path` and `shutil` that instrumented code makes.  One call is
one operation; what is read or written by way of an open file happens with the operation that opened it, or, where
several threads share the file object, with the call of its method.
"""

import os
import re
from pathlib import Path, PurePath
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from hilos.explore.causality.dependence import SHIFT, WRITE, Footprint
from hilos.explore.runtime.execution import Execution

_LOOKING = frozenset(
    "exists is_file is_dir is_symlink stat lstat read_text read_bytes iterdir glob rglob samefile resolve owner "  # noqa: SIM905
    "isfile isdir islink getsize getmtime lexists listdir scandir access readlink".split()
)
_CHANGING = frozenset(
    "write_text write_bytes touch mkdir unlink rmdir rename replace chmod symlink_to hardlink_to remove makedirs "  # noqa: SIM905
    "removedirs renames truncate link symlink utime copy copy2 copyfile copytree move rmtree".split()
)
_MODULES = frozenset(("posix", "nt", "os", "posixpath", "ntpath", "genericpath", "shutil"))
_OF_ITS_OWN = re.compile(r"tmp[a-z0-9_]{8}")
"""What `tempfile` makes up, other names in each execution."""


def touched(x: Execution, function: Any, arguments: tuple[Any, ...], named: dict[str, Any]) -> Footprint | None:
    """The footprint of a call; None if it has nothing to do with files."""
    kind = type(function)
    if function is open or (kind is MethodType and function.__name__ == "open" and _is_path(function.__self__)):
        own = () if function is open else (function.__self__,)
        path, mode = (*own, *arguments, named.get("file"))[0], _mode(arguments[1 - len(own) :], named)
        return _footprint(x, [path], writes=any(sign in mode for sign in "wax+"), comes="r" not in mode)
    if kind is MethodType and _is_path(function.__self__):
        name, paths = function.__name__, [function.__self__, *arguments[:1]]
    elif kind in (BuiltinFunctionType, FunctionType) and function.__module__ in _MODULES:
        name, paths = function.__name__, list(arguments[:2])
    else:
        return None
    if name in _LOOKING:
        return _footprint(x, paths[:1], writes=False, comes=False)
    return _footprint(x, paths, writes=True, comes=True) if name in _CHANGING else None


def _is_path(value: Any) -> bool:
    return isinstance(value, Path)


def _mode(arguments: tuple[Any, ...], named: dict[str, Any]) -> str:
    mode = named.get("mode", arguments[0] if arguments else "r")
    return mode if isinstance(mode, str) else "r"


def _footprint(x: Execution, paths: list[Any], *, writes: bool, comes: bool) -> Footprint | None:
    """Of files that are read or written; where files come or go, of their folders, too."""
    found: dict[int, None] = {}
    for path in paths:
        if isinstance(path, str | bytes | PurePath):
            whole = os.path.abspath(os.fsdecode(path))  # noqa: PTH100  resolve() would look at the files
            found[_place(x, whole) | (WRITE if writes else 0)] = None
            if comes:
                found[_place(x, str(Path(whole).parent)) | WRITE] = None
    codes = tuple(found)
    return None if not codes else codes[0] if len(codes) == 1 else codes


def _place(x: Execution, path: str) -> int:
    return x.named(("file", _OF_ITS_OWN.sub("tmp", path)), (None, path, "file")) << SHIFT
