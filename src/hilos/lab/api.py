"""What pages ask for, as JSON; a mistake is `{"error": "one sentence"}` in the language asked for."""

import asyncio
import contextlib
import json
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from hilos.errors import HilosError
from hilos.lab import alerts, history, learned, lessons, panels, perfetto, queues, theory
from hilos.lab.asking import json_object
from hilos.lab.lessons import Lesson
from hilos.lab.run import Run
from hilos.lab.runs import Runs
from hilos.lab.scraping import NAME, Services
from hilos.lab.texts import texts
from hilos.locale import language, translator

_ = translator("lab_server")

FRESH = {"cache-control": "no-store"}


def _json(value: Any, status: int = 200) -> Response:
    return JSONResponse(value, status, headers=FRESH)


def _lesson_of(request: Request) -> Lesson:
    lesson = lessons.find(request.path_params["id"])
    if lesson is None:
        raise HTTPException(404, _("No hay ninguna lección con ese nombre."))
    return lesson


def _runs_of(request: Request) -> Runs:
    runs: Runs = request.app.state.runs
    return runs


def _run_of(request: Request) -> Run:
    run = _runs_of(request).find(request.path_params["id"])
    if run is None:
        raise HTTPException(
            404, _("Esa ejecución ya no está: el laboratorio se ha reiniciado, o ha habido muchas después.")
        )
    return run


async def _texts(request: Request) -> Response:
    return _json(texts())


async def _lessons(request: Request) -> Response:
    done = history.lesson_runs(request.app.state.root)
    return _json(
        [{**lesson.described(), **done.get(lesson.id, {"runs": 0, "last": None})} for lesson in lessons.LESSONS]
    )


async def _lesson(request: Request) -> Response:
    lesson, root = _lesson_of(request), request.app.state.root
    try:
        source = await asyncio.to_thread(theory.source, root, lesson)
        text = await asyncio.to_thread(theory.theory_html, root, lesson)
    except (OSError, UnicodeDecodeError) as error:
        raise HTTPException(500, _("No se puede leer {file}.").format(file=lesson.file)) from error
    return _json({**lesson.described(), "theory_html": text, "source": source})


async def _all_runs(request: Request) -> Response:
    return _json([run.described() for run in _runs_of(request).all()])


async def _start(request: Request) -> Response:
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise HTTPException(415, _("Se esperaba JSON."))
    asked = await json_object(request)
    lesson, chosen = lessons.find(str(asked.get("lesson"))), asked.get("parameters") or {}
    if lesson is None:
        raise HTTPException(404, _("No hay ninguna lección con ese nombre."))
    if not isinstance(chosen, dict):
        raise HTTPException(400, _("«parameters» tiene que ser un objeto JSON."))
    run = await _runs_of(request).start(lesson, chosen, language())
    with contextlib.suppress(OSError):
        history.note_run(request.app.state.root, lesson.id)
    return _json({"id": run.id}, 201)


async def _run(request: Request) -> Response:
    return _json(_run_of(request).described())


async def _stop(request: Request) -> Response:
    run = _run_of(request)
    if run.by_hand:
        raise HTTPException(409, _("Esa ejecución la empezaste tú en un terminal: párala allí con Ctrl+C."))
    run.stop()
    for _attempt in range(100):  # it is asked first and killed after two seconds
        if run.is_over:
            break
        await asyncio.sleep(0.05)
    return _json(run.described())


async def _log(request: Request) -> Response:
    return _json(_run_of(request).text())


async def _events(request: Request) -> Response:
    since = request.query_params.get("since", "")
    known = int(since) if since.isdecimal() and len(since) < 20 else None
    run = request.path_params["id"]
    feed = request.app.state.feeds(run)
    if feed is None:
        _run_of(request)
    return Response(feed.snapshot(known), media_type="application/json", headers=FRESH)


async def _perfetto(request: Request) -> Response:
    run = _run_of(request)
    body = await asyncio.to_thread(json.dumps, perfetto.trace(run.lesson, run.picture, run.feed))
    name = f"{run.lesson}-{run.id}.json".replace('"', "")
    disposition = f'attachment; filename="{name}"' if name.isascii() else "attachment"
    headers = {**FRESH, "content-disposition": disposition}
    return Response(body, media_type="application/json", headers=headers)


async def _panels(request: Request) -> Response:
    return _json(panels.described())


async def _jobs(request: Request) -> Response:
    found = await asyncio.to_thread(queues.described, request.app.state.root)
    return _json({"queues": [*(queue for run in _runs_of(request).all() for queue in run.queues()), *found]})


async def _progress(request: Request) -> Response:
    desk = request.app.state.desk
    try:
        catalogue = desk.catalogue
    except HilosError:
        catalogue = None
    return _json(await asyncio.to_thread(learned.described, desk.root, catalogue))


async def _alerts(request: Request) -> Response:
    return _json(await asyncio.to_thread(alerts.described))


ROUTES: list[BaseRoute] = [
    Route("/api/texts", _texts),
    Route("/api/lessons", _lessons),
    Route("/api/lessons/{id}", _lesson),
    Route("/api/runs", _all_runs, methods=["GET"]),
    Route("/api/runs", _start, methods=["POST"]),
    Route("/api/runs/{id}", _run, methods=["GET"]),
    Route("/api/runs/{id}", _stop, methods=["DELETE"]),
    Route("/api/runs/{id}/log", _log),
    Route("/api/runs/{id}/events", _events),
    Route("/api/runs/{id}/perfetto", _perfetto),
    Route("/api/panels", _panels),
    Route("/api/jobs", _jobs),
    Route("/api/alerts", _alerts),
    Route("/api/progress", _progress),
]


def feeds_of(runs: Runs, services: Services) -> Any:
    """The function that gives the feed of a run by its id."""

    def feed(id: str) -> Any:
        if id == NAME:
            return services.feed
        run = runs.find(id)
        return run.feed if run is not None else None

    return feed
