"""Which language a request asks for."""

from urllib.parse import parse_qs

from starlette.types import Scope

from hilos.locale import LANGUAGES, language


def asked(scope: Scope) -> str:
    """The language of `?lang=`, else the first of `Accept-Language` that the course speaks, else the lab's own."""
    query: bytes = scope.get("query_string", b"")
    for given in parse_qs(query.decode("latin-1")).get("lang", []):
        if given in LANGUAGES:
            return given
    for name, value in scope["headers"]:
        if name == b"accept-language":
            for part in bytes(value).decode("latin-1").split(","):
                code: str = part.split(";")[0].strip().lower()[:2]
                if code in LANGUAGES:
                    return code
    return language()
