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
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, _("Se esperaba JSON, y lo recibido no lo es.")) from error
    if not isinstance(read, dict):
        raise HTTPException(400, _("Se esperaba un objeto JSON."))
    return read
