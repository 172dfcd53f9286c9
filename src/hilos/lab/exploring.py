"""`python -m hilos.lab.exploring REQUEST RESULT`: explores one program in this process, whose limits it sets first.

Not for people: `hilos.lab.checking` has `hilos.course.confined` start it.  The request names one of

    file        path of the learner's program
    known       key of a lesson's program; `root` is the course's folder
    puzzle      name of an exercise that asks for schedules; `root` likewise

The result is JSON: `{"programs": [...]}` with a verdict, the explanation and the step data of each finding, or
`{"questions": [...]}` with the tree of each question, or `{"error": "one sentence"}` if it cannot be explored.
"""

import json
import sys
from pathlib import Path
from typing import Any, NoReturn

from hilos.course.limits import confine, hand_over
from hilos.errors import HilosError

SECONDS = 12.0
"""Wall time that a search may take; what is not finished then says so."""
OPERATIONS = 2_000


def main() -> NoReturn:
    """Read the request, explore, hand the result over."""
    request = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    result = Path(sys.argv[2])
    confine(request)

    from hilos.locale import set_language

    set_language(request["language"])
    try:
        found = _puzzle(request) if "puzzle" in request else _programs(request)
    except HilosError as error:
        # What the learner has pasted has no name and no folder of theirs.
        found = {"error": str(error).replace(str(request.get("file") or "\0"), "program.py")}
    hand_over(result, found)


def _programs(request: dict[str, Any]) -> dict[str, Any]:
    from hilos.explore.program_file import FileProgram, load, programs_in
    from hilos.lab.known import KNOWN

    if "known" in request:
        known = KNOWN[request["known"]]
        parts = known.parts(load(Path(request["root"]) / known.path))
        return {"programs": [_explored(FileProgram(parts.pop("name"), parts))]}
    return {"programs": [_explored(program) for program in programs_in(Path(request["file"]))]}


def _explored(program: Any) -> dict[str, Any]:
    from hilos.explore.exploration import Budget
    from hilos.lab.stepping import of_finding
    from hilos.locale import in_each

    report = program.explore(budget=Budget(seconds=SECONDS, operations=OPERATIONS), compare=True)
    return {
        "name": report.program,
        "verdict": report.verdict.value,
        "why": report.why,
        "executions": report.executions,
        "failing": report.failing,
        "interleavings": report.interleavings,
        "longest": report.longest,
        "seconds": report.seconds,
        "spins": [spin.line for spin in report.spins],
        "told": in_each(lambda: str(report)),
        "findings": [of_finding(report, number) for number in range(len(report.findings))],
    }


def _puzzle(request: dict[str, Any]) -> dict[str, Any]:
    from hilos.course.catalogue import Catalogue
    from hilos.course.judging import check_of
    from hilos.course.puzzle import Asking
    from hilos.explore.program_file import load
    from hilos.lab.branching import tree
    from hilos.locale import in_each

    catalogue = Catalogue(Path(request["root"]))
    exercise = catalogue.find(request["puzzle"])
    module = load(Path(request["file"]))
    asking = Asking(module)
    check_of(exercise)(asking)
    questions = [
        {
            "name": question.name,
            "wanted": in_each(lambda question=question: str(question.wanted)),  # type: ignore[misc]
            "none": {"es": question.none.es, "en": question.none.en},
            "lacks": hasattr(module, f"{question.name}_LACKS"),
            **tree(question, module),
        }
        for question in asking.questions
    ]
    return {"questions": questions}


if __name__ == "__main__":
    main()
