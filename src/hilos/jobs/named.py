"""Calls as text: functions by name, arguments and results as JSON; what a queue in a file can keep."""

import importlib
import json
from collections.abc import Callable
from functools import cache
from typing import Any

from hilos.errors import GiveUp, UsageError
from hilos.locale import translator

_ = translator("jobs")

# Kept, since `json.dumps` makes a new encoder for every call with other options than the usual.
_encode_arguments = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
_encode_result = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_decode = json.JSONDecoder().decode


def name_of(function: Callable[..., Any]) -> str:
    """ "module:function", by which another process finds it.

    Raises:
        UsageError: it cannot be found again that way.
    """
    module = getattr(function, "__module__", None)
    path = getattr(function, "__qualname__", "")
    if not module or module == "__main__" or "<" in path or not path:
        raise UsageError(
            _(
                "Otro proceso no podría encontrar {function}: la cola duradera guarda funciones por su nombre.\n"
                "Defínela en un módulo que se pueda importar, fuera de otra función y fuera del programa principal."
            ).format(function=path or repr(function))
        )
    return f"{module}:{path}"


def arguments_to_json(args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """The JSON of [args, kwargs].

    Raises:
        UsageError: they hold what JSON cannot say.
    """
    try:
        return _encode_arguments([args, kwargs])
    except (TypeError, ValueError) as error:
        raise UsageError(
            _(
                "La cola duradera guarda los argumentos como JSON, y estos no lo son: {reason}.\n"
                "Usa números, textos, listas y diccionarios; de un archivo, su ruta."
            ).format(reason=error)
        ) from None


def call_by_name(function: str, arguments: str) -> str:
    """In the worker: import the function, call it, and give its result as JSON.

    Raises:
        GiveUp: there is no such function, or JSON cannot say what it returned: another attempt would not help.
        Exception: what it raised.
    """
    found = _find(function)
    args, kwargs = _decode(arguments)
    value = found(*args, **kwargs)
    try:
        return _encode_result(value)
    except (TypeError, ValueError) as error:
        raise GiveUp(f"{function} returned what JSON cannot say: {error}") from error


@cache
def _find(function: str) -> Callable[..., Any]:
    module, _colon, path = function.partition(":")
    try:
        found: Any = importlib.import_module(module)
        for part in path.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError) as error:
        raise GiveUp(f"{function}: {error}") from error
    return found  # type: ignore[no-any-return]
