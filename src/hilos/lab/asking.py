"""What a page sends, as JSON."""

import json
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request

from hilos.locale import translator

_ = translator("lab_server")


async def json_object(request: Request) -> dict[str, Any]:
    """The JSON object in the body of a request.

    Raises:
        HTTPException: 400, it is something else.
    """
    try:
        read = json.loads(await request.body())
        # JSON can spell half of a pair of surrogates: no text, and no answer that repeats it could be sent.
        json.dumps(read, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise HTTPException(400, _("Lo recibido no es texto en UTF-8.")) from error
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, _("Se esperaba JSON, y lo recibido no lo es.")) from error
    if not isinstance(read, dict):
        raise HTTPException(400, _("Se esperaba un objeto JSON."))
    return read
