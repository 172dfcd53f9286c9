"""A file that appears whole: written beside its place and renamed when it is done, also after Ctrl+C."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from hilos.errors import UsageError
from hilos.locale import translator

_ = translator("lesson")


@contextlib.contextmanager
def written(path: Path) -> Iterator[TextIO]:
    """Give a text stream whose content is at `path` once the block is over; an interrupted block keeps what it wrote.

    Raises:
        UsageError: nothing can be written there.
    """
    try:
        if path.is_dir():
            raise IsADirectoryError(21, os.strerror(21))
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise UsageError(
            _("No se puede escribir en «{path}»: {reason}.\nElige un fichero de una carpeta que exista.").format(
                path=path, reason=_reason(error)
            )
        ) from error
    beside = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            mask = os.umask(0)
            os.umask(mask)
            beside.chmod(0o666 & ~mask)  # as any new file; mkstemp makes it private
            try:
                yield stream
            except KeyboardInterrupt:
                stream.flush()
                beside.replace(path)
                raise
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return _("la carpeta no existe")
    if isinstance(error, PermissionError):
        return _("no tienes permiso")
    if isinstance(error, IsADirectoryError):
        return _("es una carpeta")
    return error.strerror or str(error)
