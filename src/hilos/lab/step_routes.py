"""What the step, exercise, program and scheduler pages ask for.

GET  /api/traces/{id}                 step data, by its id or by that of a lesson's own program
GET  /api/traces/{id}/html            the same as one file to keep
POST /api/explore {source}            the learner's own program; DELETE stops it
GET  /api/exercises                   all, in order; /api/exercises/{id} one
POST /api/exercises/{id}/check {source, stamp, quiet}     DELETE stops it
POST /api/exercises/{id}/hint         one hint more
POST /api/exercises/{id}/reset        the file as it was given
GET  /api/scheduler/{id}              a puzzle's questions, each with the tree of its orders
POST /api/scheduler/{id} {answers}    judged like any other exercise
"""

import functools
import re
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hilos.course.catalogue import Catalogue, Exercise
from hilos.course.confined import Ended
from hilos.course.grader import grade
from hilos.course.progress import Progress
from hilos.course.watch import keep, one_hint_more, reset
from hilos.errors import UsageError
from hilos.explore.document import read
from hilos.lab import exercises
from hilos.lab.asking import json_object
from hilos.lab.checking import BusyError, Checks, StoppedError, check_size, explored
from hilos.lab.exercises import ChangedError
from hilos.lab.exporting import page
from hilos.lab.known import KNOWN
from hilos.lab.stepping import of_finding
from hilos.lab.traces import Traces
from hilos.locale import translator

_ = translator("lab_step")

SECONDS = 30
"""Wall time that exploring a program may take, with starting the process."""
_JUDGING = 20


class Desk:
    """What these routes share in one lab.

    Arguments:
        root: the course's folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.traces = Traces(root)
        self.checks = Checks()
        self.known: dict[str, str] = {}
        self.puzzles: dict[str, Any] = {}

    @functools.cached_property
    def catalogue(self) -> Catalogue:
        """The exercises.

        Raises:
            HilosError: there are none in the course's folder.
        """
        return Catalogue(self.root)


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


async def refused(request: Request, error: Exception) -> Response:
    """What is answered to an error that is the course's own: its sentence, with the status that fits."""
    if isinstance(error, BusyError):
        return JSONResponse({"error": str(error)}, 429)
    if isinstance(error, StoppedError):
        return JSONResponse({"error": str(error), "stopped": True}, 409)
    if isinstance(error, ChangedError):
        return JSONResponse({"error": str(error), "text": error.text, "stamp": exercises.stamp(error.text)}, 409)
    return JSONResponse({"error": str(error)}, 400)


def _text(body: dict[str, Any], key: str) -> str:
    value = body.get(key, "")
    if not isinstance(value, str):
        raise UsageError(_("«{key}» debe ser un texto.").format(key=key))
    return value


async def _trace(request: Request) -> Response:
    desk, name = _desk(request), request.path_params["id"]
    if name in KNOWN:
        name = desk.known.get(name) or await _explore_known(request, desk, name)
    return JSONResponse({**_document(desk, name), "id": name}, headers={"cache-control": "no-store"})


async def _file(request: Request) -> Response:
    document = _document(_desk(request), request.path_params["id"])
    name = re.sub(r"\W+", "_", document["program"])[:60] or "hilos"
    headers = {"content-disposition": f'attachment; filename="{name}.html"'}
    return Response(page([document]), media_type="text/html; charset=utf-8", headers=headers)


def _document(desk: Desk, name: str) -> dict[str, Any]:
    document = desk.traces.get(name)
    if document is None:
        raise HTTPException(404, _("Aquí no hay ninguna intercalación: vuelve a comprobar el programa."))
    return document


async def _explore_known(request: Request, desk: Desk, name: str) -> str:
    ended = await _explored(request, f"known {name}", {"known": name, "root": str(desk.root)}, "")
    found = ended.result["programs"][0]["findings"]
    if not found:
        raise UsageError(_("En esta lección no se ha encontrado ningún fallo que enseñar."))
    desk.known[name] = desk.traces.put(found[0])
    return desk.known[name]


async def _explored(request: Request, key: str, asked: dict[str, Any], source: str) -> Ended:
    """Explore in a child when its turn comes; that it came to no result is an error."""
    ended = await _desk(request).checks.run(
        key, lambda started: explored(asked, source, started, SECONDS), request.is_disconnected
    )
    if ended.early is not None:
        raise UsageError(ended.early.text)
    if "error" in ended.result:
        raise UsageError(ended.result["error"])
    return ended


async def _explore(request: Request) -> Response:
    desk = _desk(request)
    if request.method == "DELETE":
        return JSONResponse({"stopped": desk.checks.stop("explore")})
    source = _text(await json_object(request), "source")
    if not source.strip():
        raise UsageError(_("El programa está vacío."))
    check_size(source)
    ended = await _explored(request, "explore", {}, source)
    programs = ended.result["programs"]
    for program in programs:
        program["traces"] = [desk.traces.put(finding) for finding in program.pop("findings")]
    return JSONResponse({"programs": programs, "output": ended.output[:4000]})


async def _list(request: Request) -> Response:
    return JSONResponse(exercises.listed(_desk(request).catalogue, Progress().read()))


def _asked(request: Request, desk: Desk) -> Exercise:
    return desk.catalogue.find(request.path_params["id"])


async def _exercise(request: Request) -> Response:
    desk = _desk(request)
    return JSONResponse(exercises.described(desk.catalogue, _asked(request, desk), Progress().read()))


async def _check(request: Request) -> Response:
    desk = _desk(request)
    exercise = _asked(request, desk)
    if request.method == "DELETE":
        return JSONResponse({"stopped": desk.checks.stop(exercise.name)})
    body = await json_object(request)
    return await _judge(request, desk, exercise, _text(body, "source"), _text(body, "stamp"), bool(body.get("quiet")))


async def _judge(request: Request, desk: Desk, exercise: Exercise, text: str, seen: str, quiet: bool) -> Response:
    """Save, judge, write down; `quiet` judges again what was judged, in another language, and writes nothing down."""
    answer = exercises.save(desk.catalogue, exercise, text, seen)

    def work(started: Any) -> dict[str, Any]:
        judgement = grade(desk.catalogue, exercise, answer, _JUDGING, started=started)
        if not quiet:
            keep(Progress(), exercise, judgement, answer)
        return exercises.judged(judgement, lambda report: desk.traces.put(of_finding(read(report))))

    told = await desk.checks.run(exercise.name, work, request.is_disconnected)
    after = exercises.described(desk.catalogue, exercise, Progress().read())
    return JSONResponse({**told, "exercise": after})


async def _hint(request: Request) -> Response:
    desk = _desk(request)
    exercise = _asked(request, desk)
    record = one_hint_more(Progress(), exercise)
    return JSONResponse(exercises.described(desk.catalogue, exercise, record))


async def _reset(request: Request) -> Response:
    desk = _desk(request)
    exercise = _asked(request, desk)
    kept = reset(desk.catalogue, exercise)
    return JSONResponse({**exercises.described(desk.catalogue, exercise, Progress().read()), "kept": kept.name})


async def _scheduler(request: Request) -> Response:
    desk = _desk(request)
    exercise = _asked(request, desk)
    if exercise.kind != "puzzle":
        raise UsageError(_("«{name}» no es un ejercicio de planificar.").format(name=exercise.name))
    if request.method == "POST":
        given = (await json_object(request)).get("answers")
        if not isinstance(given, dict) or not all(isinstance(each, str) for each in given.values()):
            raise UsageError(_("Se esperaba un objeto JSON."))
        text = exercises.with_answers(desk.catalogue.pristine[exercise.name], given)
        return await _judge(request, desk, exercise, text, "", False)
    if exercise.name not in desk.puzzles:
        asked = {"puzzle": exercise.name, "root": str(desk.root), "title": exercise.name}
        text = desk.catalogue.pristine[exercise.name]
        ended = await _explored(request, f"puzzle {exercise.name}", asked, text)
        desk.puzzles[exercise.name] = ended.result["questions"]
    found = exercises.described(desk.catalogue, exercise, Progress().read())
    questions = desk.puzzles[exercise.name]
    return JSONResponse({**found, "questions": questions, "answers": exercises.answers_in(found["text"])})


ROUTES = [
    Route("/api/traces/{id}", _trace),
    Route("/api/traces/{id}/html", _file),
    Route("/api/explore", _explore, methods=["POST", "DELETE"]),
    Route("/api/exercises", _list),
    Route("/api/exercises/{id}", _exercise),
    Route("/api/exercises/{id}/check", _check, methods=["POST", "DELETE"]),
    Route("/api/exercises/{id}/hint", _hint, methods=["POST"]),
    Route("/api/exercises/{id}/reset", _reset, methods=["POST"]),
    Route("/api/scheduler/{id}", _scheduler, methods=["GET", "POST"]),
]
