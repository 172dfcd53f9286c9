"""`python -m hilos.course.child REQUEST RESULT`: judges one answer in this process, whose limits it sets first.

Not for people: `hilos.course.grader` starts it, in a session of its own, and ends it.
"""

import json
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from time import monotonic  # by its name: asyncio's model replaces what the module `time` has, for a while
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

from hilos.course.limits import confine, hand_over, patience, tell_where_it_hangs, watch

if TYPE_CHECKING:
    from hilos.course.gates import Judge, Shown

_REST = 0.3
"""Part of the time that is left for what comes after the searches: a counterexample, the run with real threads."""
_ENDLESS = 2.0
"""Seconds that no execution of an exercise takes: they take milliseconds."""


def main() -> NoReturn:
    """Read the request, judge, hand the result over."""
    request = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    result = Path(sys.argv[2])
    confine(request)

    from hilos.course.catalogue import Catalogue
    from hilos.course.gates import Colour, Lamp, Shown
    from hilos.course.judging import judge
    from hilos.course.tripwire import arm
    from hilos.locale import set_language

    set_language(request["language"])
    catalogue = Catalogue(Path(request["root"]))
    exercise = catalogue.find(request["name"])

    def asked(questions: "Judge") -> None:
        # By now the answer is loaded, which may have taken any time.
        watch(patience(request), _at_the_end(questions, result, request))

    def caught(text: str) -> None:
        _hand_over(result, [Shown(Lamp.CONTRACT, Colour.RED, text)])

    arm(Path(request["answer"]), caught)
    deadline = request["until"] - request["seconds"] * _REST
    shown = judge(exercise, Path(request["answer"]), catalogue.pristine[exercise.name], deadline, asked)
    _hand_over(result, shown)


def _at_the_end(questions: "Judge", result: Path, request: Mapping[str, Any]) -> Callable[[FrameType | None], None]:
    """What is done when no time is left: an execution that does not end is told, a search that does not is amber."""

    def act(frame: FrameType | None) -> None:
        from hilos.course.beginning import began
        from hilos.course.judging import in_order

        running = any(each.f_code.co_filename == request["answer"] for each, _line in traceback.walk_stack(frame))
        if running and monotonic() - began[0] > _ENDLESS:
            tell_where_it_hangs(Path(request["stacks"]), frame)
            return
        questions.give_up()
        _hand_over(result, in_order(questions.shown))

    return act


def _hand_over(result: Path, shown: "Sequence[Shown]") -> NoReturn:
    hand_over(result, [asdict(each) for each in shown])


if __name__ == "__main__":
    main()
