"""The lab as an ASGI application: the pages, their files, and what they ask for."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

from hilos.errors import HilosError
from hilos.lab import api, live, step_routes
from hilos.lab.address import Address, folder, write_private
from hilos.lab.guard import Guard
from hilos.lab.runs import Runs
from hilos.lab.scraping import Services
from hilos.locale import translator

_ = translator("lab_server")

STATIC = Path(__file__).parent / "static"
PAGES = (
    "/",
    "/lesson/{id}",
    "/live",
    "/live/{run}",
    "/timeline",
    "/timeline/{run}",
    "/step/{trace}",
    "/exercise",
    "/exercise/{id}",
    "/program",
    "/scheduler/{id}",
    "/jobs",
    "/alerts",
)
"""Addresses of pages: each is answered with the same HTML, in which the browser's router draws the page."""


class _Files(StaticFiles):
    """Static files that a browser asks about again each time: they change when the course is updated."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = "no-cache"
        return response


async def _page(request: Request) -> Response:
    return FileResponse(STATIC / "index.html", media_type="text/html", headers={"cache-control": "no-cache"})


async def _failed(request: Request, error: Exception) -> Response:
    """Say what went wrong in one sentence."""
    if isinstance(error, HTTPException):
        own = {
            "Not Found": _("Aquí no hay nada."),
            "Method Not Allowed": _("Eso no se le puede pedir a esta dirección."),
        }
        sentence = own.get(error.detail, error.detail)
        return JSONResponse({"error": sentence}, error.status_code, headers=error.headers)
    return JSONResponse({"error": _("El laboratorio ha fallado al responder; su registro dice por qué.")}, 500)


@contextlib.asynccontextmanager
async def _going_on(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Have `work` done while the block runs."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def create_app(root: Path, address: Address) -> ASGIApp:
    """The lab of the course in the folder `root`, guarded, answering at `address`."""

    emit_token = secrets.token_hex(16)
    runs = Runs(root, emit_token)
    services = Services()

    @contextlib.asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        await runs.open()
        async with _going_on(runs.machine.look()), _going_on(services.look()):
            emit = folder(root) / "emit"
            write_private(emit, f"127.0.0.1:{runs.ingest.port}:{emit_token}\n{address.base}\n")
            yield
            emit.unlink(missing_ok=True)
            app.state.desk.checks.close()
            await runs.close()
        services.feed.close()

    routes: list[BaseRoute] = [
        *api.ROUTES,
        WebSocketRoute("/ws", live.socket),
        *step_routes.ROUTES,
        *(Route(path, _page) for path in PAGES),
        Mount("/static", _Files(directory=STATIC)),
    ]
    handlers = {HTTPException: _failed, HilosError: step_routes.refused, Exception: _failed}
    app = Starlette(routes=routes, lifespan=life, exception_handlers=handlers)
    app.state.root = root
    app.state.runs = runs
    app.state.feeds = api.feeds_of(runs, services)
    app.state.desk = step_routes.Desk(root)
    return Guard(app, address)
