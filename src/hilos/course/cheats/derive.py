"""Which cheats apply to an exercise, and their texts."""

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from hilos.course.catalogue import Catalogue, Exercise
from hilos.course.cheats import preludes, rewriting
from hilos.course.gates import Lamp

_SWALLOWS = {
    "pass": "try:\n    BODY\nexcept Exception:\n    pass",
    "bare": "try:\n    BODY\nexcept:\n    pass",
    "base": "try:\n    BODY\nexcept BaseException:\n    return None",
    "noted": "try:\n    BODY\nexcept BaseException as error:\n    caught = error",
    "tuple": "try:\n    BODY\nexcept (Exception, KeyboardInterrupt):\n    pass",
    "suppressed": "import contextlib\nwith contextlib.suppress(Exception):\n    BODY",
    "finally": "try:\n    BODY\nfinally:\n    return None",
    "probes": "try:\n    BODY\nexcept AssertionError:\n    pass",
    "probes_again": "import time\nwhile True:\n    try:\n        BODY\n        break\n"
    "    except AssertionError:\n        time.sleep(0.1)",
    "again_and_again": "count = 0\nwhile True:\n    try:\n        BODY\n        break\n"
    "    except BaseException as error:\n        count += 1",
}


@dataclass(frozen=True, slots=True)
class Cheat:
    """A cheat on one exercise: a name that says which, and the answer's text."""

    exercise: Exercise
    name: str
    text: str


def derive(catalogue: Catalogue, exercise: Exercise, asked: Collection[Lamp]) -> Iterator[Cheat]:
    """All cheats that apply to an exercise, without those that change nothing.

    Arguments:
        catalogue: the exercises.
        exercise: which of them.
        asked: the lamps that a right answer lights.
    """
    given = catalogue.pristine[exercise.name]
    seen = {_normal(given)}
    solutions = [file.read_text(encoding="utf-8") for file in catalogue.solutions(exercise)]
    seen |= {_normal(each) for each in solutions}
    for name, text in _all(given, solutions, exercise.kind == "puzzle", asked):
        normal = _normal(text)
        if normal not in seen:
            seen.add(normal)
            yield Cheat(exercise, name, text)


def _normal(text: str) -> str:
    return ast.unparse(ast.parse(text))


def _all(given: str, solutions: list[str], puzzle: bool, asked: Collection[Lamp]) -> Iterator[tuple[str, str]]:
    groups = {
        "patch": preludes.PATCHES,
        "inspect": preludes.INSPECTING,
        "files": preludes.FILES,
        "end": preludes.ENDINGS,
    }
    for group, snippets in groups.items():
        for name, snippet in snippets.items():
            # Before a solution: that it is refused cannot be for another reason.
            yield f"{group} {name}", rewriting.before(solutions[0], snippet)
            if not puzzle and "import *" not in snippet:
                yield f"{group} {name}, in the functions", rewriting.in_functions(given, snippet)
    for name, snippet in preludes.LOUD.items():
        yield f"loud {name}", rewriting.before(given, snippet)
    if puzzle:
        return
    for name, around in _SWALLOWS.items():
        yield f"swallow {name}", rewriting.wrapped(given, around, lambda node: isinstance(node, ast.FunctionDef))
    yield "sleep everywhere", rewriting.sleeping_everywhere(given)
    for number, solution in enumerate(solutions, 1):
        yield f"spin {number}", rewriting.spinning(solution)
        if "multiprocessing" not in solution or not (".get(" in solution or ".recv(" in solution):
            # Who has got everything that processes send has waited for them: to join comes to no more.
            yield f"sleep {number}", rewriting.sleeping(solution)
            yield f"daemon {number}", rewriting.daemons(solution)
        if Lamp.CONCURRENCY in asked and any(
            word in solution for word in ("threading", "multiprocessing", "asyncio", "Pool")
        ):
            yield f"no threads {number}", rewriting.threads_deleted(solution)
            yield f"start and join {number}", rewriting.start_and_join(solution)
            makes_threads = any(word in solution for word in ("Thread(", "ThreadPoolExecutor(", "Process("))
            yield f"global lock {number}", rewriting.global_lock(solution, targets=makes_threads)
    for sizes in ((1,), (2,), (3,), (4,)):
        yield f"size {sizes[0]}", rewriting.for_one_size(solutions[0], given, sizes)
