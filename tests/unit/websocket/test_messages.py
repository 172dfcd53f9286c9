"""The protocol, without a socket."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilos.locale import using
from hilos.websocket import messages
from hilos.websocket.messages import Bye, Cancel, Malformed, Ping, Submit, parse
from hilos.websocket.tasks import TASKS


def test_the_four_requests_are_understood() -> None:
    """Each kind of message becomes its value; a size may be left out."""
    assert parse('{"type":"submit","id":"a","kind":"pi","size":5,"where":"threads"}') == Submit("a", "pi", 5, "threads")
    assert parse('{"type":"submit","id":"a","kind":"pi"}') == Submit("a", "pi", TASKS["pi"].default, "processes")
    assert parse('{"type":"cancel","id":"a"}') == Cancel("a")
    assert parse('{"type":"ping","id":7}') == Ping(7)
    assert parse('{"type":"bye"}') == Bye()


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (b"\x00\xff", "not_text"),
        ("", "not_json"),
        ("hola", "not_json"),
        ("[" * 100_000, "not_json"),
        ('{"type":"ping","id":' + "9" * 5000 + "}", "not_json"),
        ('{"type":"ping","id":NaN}', "not_json"),
        ("[]", "not_object"),
        ("null", "not_object"),
        ("{}", "type"),
        ('{"type":["ping"]}', "type"),
        ('{"type":"ping","id":true}', "id"),
        ('{"type":"ping","id":-1}', "id"),
        ('{"type":"ping","id":1e3}', "id"),
        ('{"type":"cancel","id":7}', "id"),
        ('{"type":"cancel","id":""}', "id"),
        ('{"type":"cancel","id":"' + "x" * 65 + '"}', "id"),
        (r'{"type":"cancel","id":"a\nb"}', "id"),
        (r'{"type":"cancel","id":"\ud800"}', "id"),
        ('{"type":"submit","kind":"pi"}', "id"),
        ('{"type":"submit","id":"a","kind":"rm -rf"}', "kind"),
        ('{"type":"submit","id":"a","kind":["pi"]}', "kind"),
        ('{"type":"submit","id":"a","kind":"pi","size":0}', "size"),
        ('{"type":"submit","id":"a","kind":"pi","size":true}', "size"),
        ('{"type":"submit","id":"a","kind":"pi","size":"9"}', "size"),
        ('{"type":"submit","id":"a","kind":"pi","size":1e9}', "size"),
        ('{"type":"submit","id":"a","kind":"pi","size":99999999999}', "size"),
        ('{"type":"submit","id":"a","kind":"pi","size":5,"where":"moon"}', "where"),
    ],
)
def test_nonsense_is_named(message: str | bytes, code: str) -> None:
    """Each kind of nonsense has its code, and its sentence in both languages."""
    texts = set()
    for language in ("es", "en"):
        with using(language), pytest.raises(Malformed) as caught:
            parse(message)
        assert caught.value.code == code
        texts.add(caught.value.text)
    assert len(texts) == 2, "not translated"


@given(st.text() | st.binary())
def test_any_message_is_understood_or_malformed(message: str | bytes) -> None:
    """Nothing that can be sent raises anything else."""
    with contextlib.suppress(Malformed):
        parse(message)


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(
    st.sampled_from(["submit", "cancel", "ping", "bye"]),
    st.dictionaries(st.sampled_from(["id", "kind", "size", "where"]), _JSON),
)
def test_fields_of_any_type_are_understood_or_malformed(kind: str, fields: dict[str, object]) -> None:
    """A known type with any fields whatever; what is refused can be encoded as a reply."""
    try:
        parse(json.dumps({"type": kind, **fields}))
    except Malformed as error:
        reply = json.loads(messages.encode(messages.malformed(error)))
    else:
        return
    assert reply["type"] == "error"
    assert reply["code"] in ("id", "kind", "size", "where", "not_json")  # the last: Infinity


def test_a_refused_job_is_named_in_the_reply() -> None:
    """Where the id was good, the error says which job it speaks of."""
    with pytest.raises(Malformed) as caught:
        parse('{"type":"submit","id":"mine","kind":"pi","size":0}')
    assert messages.malformed(caught.value)["id"] == "mine"
