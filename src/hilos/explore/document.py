"""A report read back from the JSON that `Report.to_dict` makes: whoever got it from another process tells it as if it
had explored by itself."""

from collections.abc import Mapping
from typing import Any

from hilos.errors import UsageError
from hilos.events import Kind, Location
from hilos.explore.report import (
    VERSION,
    Certificate,
    Finding,
    Hold,
    Passing,
    Report,
    Step,
    Trouble,
    Verdict,
    Wait,
)
from hilos.explore.schedule import Schedule
from hilos.locale import translator

_ = translator("explore")


def read(document: Mapping[str, Any]) -> Report:
    """The report that a document was made from.

    Raises:
        UsageError: it is of another version, or not such a document.
    """
    if document.get("version") != VERSION:
        raise UsageError(
            _("El informe es de la versión {found}; se esperaba la {wanted}").format(
                found=document.get("version"), wanted=VERSION
            )
        )
    try:
        return _report(document)
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(_("El informe no está completo: {error}").format(error=repr(error))) from error


def _report(document: Mapping[str, Any]) -> Report:
    certificate = document["certificate"]
    estimate = document["estimate"]
    return Report(
        program=document["program"],
        verdict=Verdict(document["verdict"]),
        executions=document["executions"],
        findings=tuple(_finding(each) for each in document["findings"]),
        certificate=Certificate(
            **{
                **certificate,
                "instrumented": tuple(certificate["instrumented"]),
                "untracked": tuple(certificate["untracked"]),
            }
        ),
        why=document["why"],
        seconds=document["seconds"],
        found_after=document.get("found_after"),
        operations=document["operations"],
        longest=document["longest"],
        threads=tuple(document["threads"]),
        orders=document["interleavings"],
        estimate=(estimate[0], estimate[1]) if estimate else None,
        together=dict(document["together"]),
        shortest_time=document["shortest_time"],
        failing=document["failing"],
        spins=_places(document["spins"]),
    )


def _finding(document: Mapping[str, Any]) -> Finding:
    race, passing = document["race"], document.get("passing")
    return Finding(
        trouble=Trouble(document["trouble"]),
        message=document["message"],
        schedule=Schedule.parse(document["schedule"]),
        steps=_steps(document["steps"]),
        step=document["step"],
        threads=tuple(document["threads"]),
        exception=document["exception"],
        traceback=_places(document["traceback"]),
        cycle=tuple(_wait(each) for each in document["cycle"]),
        blocked=tuple(_wait(each) for each in document["blocked"]),
        race=(race[0], race[1]) if race else None,
        invariant=document["invariant"],
        state=document["state"],
        passing=Passing(Schedule.parse(passing["schedule"]), _steps(passing["steps"]), passing["state"])
        if passing
        else None,
    )


def _steps(documents: list[Mapping[str, Any]]) -> tuple[Step, ...]:
    return tuple(
        Step(
            number=each["number"],
            thread=each["thread"],
            kind=Kind(each["kind"]),
            target=each["target"],
            target_type=each["target_type"],
            location=_place(each["location"]),
            value=each["value"],
            time=each["time"],
            holds=tuple(Hold(hold["thread"], hold["target"], _place(hold["location"])) for hold in each["holds"]),
            waits=tuple(_wait(wait) for wait in each["waits"]),
            happens_after=tuple(each["happens_after"]),
            before=each.get("before"),
        )
        for each in documents
    )


def _wait(document: Mapping[str, Any]) -> Wait:
    return Wait(
        document["thread"],
        document["target"],
        Kind(document["kind"]),
        _place(document["location"]),
        tuple(document["holders"]),
    )


def _place(document: Mapping[str, Any] | None) -> Location | None:
    return None if document is None else Location(document["file"], document["line"], document["function"])


def _places(documents: list[Mapping[str, Any]]) -> tuple[Location, ...]:
    return tuple(Location(each["file"], each["line"], each["function"]) for each in documents)
