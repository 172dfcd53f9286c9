"""The protocol of the WebSocket lesson, with no socket in it: JSON texts in, values out, and back.

A client says one of four things, each a JSON object in one text message:

    {"type": "submit", "id": "a1", "kind": "primes", "size": 200000, "where": "processes"}
    {"type": "cancel", "id": "a1"}
    {"type": "ping", "id": 7}
    {"type": "bye"}

`id` is the client's own name for a job.  Whatever else arrives raises `Malformed`, which carries a stable `code` for
programs and a sentence for people; the server answers with it and the connection lives.  Nothing that was sent is
echoed except an `id` that passed its check.
"""

import json
from dataclasses import dataclass

from hilos.locale import translator
from hilos.websocket.tasks import TASKS

_ = translator("websocket")

VERSION = 1
"""Version of the protocol, told in `welcome`."""

LARGEST_MESSAGE = 16 * 1024
"""Bytes of the largest message that a client may send.  A sensible one has about 100."""

LONGEST_ID = 64
"""Characters of the longest `id`."""

WHERE = ("processes", "threads", "loop")
"""Where work may be done; the first is the right answer, the others exist to be measured."""

Reply = dict[str, object]
"""A message from the server, about to become JSON."""


class Malformed(Exception):
    """A message that makes no sense.

    Attributes:
        code: what was wrong, stable, for programs: `not_text`, `not_json`, `not_object`, `type`, `id`, `kind`, `size`
            or `where`.
        text: what was wrong and what was expected, in the language in force.
        id: the job that it spoke of, where that much could be read.
    """

    def __init__(self, code: str, text: str, id: str | int | None = None) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.id = id


@dataclass(frozen=True, slots=True)
class Submit:
    """Do the work `kind` of that `size`, there, and call it `id`."""

    id: str
    kind: str
    size: int
    where: str = WHERE[0]


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop the job called `id`."""

    id: str


@dataclass(frozen=True, slots=True)
class Ping:
    """Are you there?  The `pong` carries the same `id`."""

    id: int


@dataclass(frozen=True, slots=True)
class Bye:
    """The client is about to leave; the server closes the connection."""


Request = Submit | Cancel | Ping | Bye


def parse(message: str | bytes) -> Request:
    """What a client said.

    Arguments:
        message: one WebSocket message: `str` if it was text, `bytes` if it was binary.

    Raises:
        Malformed: it is none of the four.
    """
    if not isinstance(message, str):
        raise Malformed("not_text", _("Se esperaba un mensaje de texto con JSON, no uno binario."))
    try:
        # RecursionError: 100,000 opening brackets.  ValueError: also a number of 5,000 digits.
        fields = json.loads(message, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise Malformed("not_json", _('Eso no es JSON. Por ejemplo: {"type": "ping", "id": 1}')) from None
    if not isinstance(fields, dict):
        raise Malformed("not_object", _("Se esperaba un objeto JSON, entre llaves."))
    kind_of_message = fields.get("type")
    if kind_of_message == "submit":
        return _submit(fields)
    if kind_of_message == "cancel":
        return Cancel(_job_id(fields))
    if kind_of_message == "ping":
        return Ping(_ping_id(fields))
    if kind_of_message == "bye":
        return Bye()
    raise Malformed("type", _("«type» tiene que ser submit, cancel, ping o bye."))


def encode(reply: Reply) -> str:
    """The text of a message from the server."""
    return json.dumps(reply, separators=(",", ":"))


def malformed(error: Malformed) -> Reply:
    """The answer to a message that makes no sense."""
    return rejected(error.code, error.text, error.id)


def rejected(code: str, text: str, id: str | int | None = None) -> Reply:
    """The answer to what was understood and cannot be done (`busy`, `too_many`, `duplicate`, `unknown_job`...)."""
    reply: Reply = {"type": "error", "code": code, "text": text}
    if id is not None:
        reply["id"] = id
    return reply


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def _submit(fields: dict[str, object]) -> Submit:
    id = _job_id(fields)
    kind = fields.get("kind")
    if not isinstance(kind, str) or kind not in TASKS:
        raise Malformed("kind", _("«kind» tiene que ser uno de estos: {kinds}.").format(kinds=", ".join(TASKS)), id)
    largest = TASKS[kind].largest
    size = fields.get("size", TASKS[kind].default)
    # type() and not isinstance(): in Python True is an int.
    if type(size) is not int or not 1 <= size <= largest:
        raise Malformed(
            "size", _("«size» tiene que ser un número entero de 1 a {largest}.").format(largest=largest), id
        )
    where = fields.get("where", WHERE[0])
    if not isinstance(where, str) or where not in WHERE:
        raise Malformed("where", _("«where» tiene que ser uno de estos: {where}.").format(where=", ".join(WHERE)), id)
    return Submit(id, kind, size, where)


def _job_id(fields: dict[str, object]) -> str:
    id = fields.get("id")
    if not isinstance(id, str) or not 1 <= len(id) <= LONGEST_ID or not id.isprintable():
        raise Malformed(
            "id", _("«id» tiene que ser un texto de 1 a {longest} caracteres visibles.").format(longest=LONGEST_ID)
        )
    return id


def _ping_id(fields: dict[str, object]) -> int:
    id = fields.get("id", 0)
    # 2**53: beyond it, JavaScript cannot count.
    if type(id) is not int or not 0 <= id <= 2**53:
        raise Malformed("id", _("El «id» de un ping tiene que ser un número entero, 0 o mayor."))
    return id
