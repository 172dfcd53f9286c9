"""Instrumented and plain execution agree: values, exceptions, line numbers of tracebacks, on generated programs."""

import itertools
import linecache
import re
import traceback
import warnings
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hilos.explore.instrument.loader import Instrumentation
from support.generated_code import PRELUDE, module
from support.hooks import SilentHooks

_numbers = itertools.count()


def loaded(source: str) -> tuple[str, Any]:
    """The source compiled under a name of its own, known to linecache as an imported file would be."""
    file = f"/generated/program_{next(_numbers)}.py"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    return file, compile(source, file, "exec")


_file, prelude = loaded(PRELUDE)


def run(code: Any, instrumented: bool) -> Any:
    """What `main()` of a fresh module returns or raises, and what it noted, with addresses taken out."""
    names: dict[str, Any] = {"__name__": "generated"}
    exec(prelude, names)
    exec(code, names)
    outcome: Any
    try:
        if instrumented:
            with Instrumentation(SilentHooks(), [names["main"], names["note"]]) as instrumentation:
                assert not instrumentation.unmatched
                outcome = names["main"]()
        else:
            outcome = names["main"]()
    except Exception as error:
        places = [
            (frame.name, frame.lineno)
            for frame in traceback.extract_tb(error.__traceback__)
            if frame.filename.startswith("/generated/")
        ]
        outcome = (type(error).__name__, str(error), places)
    return re.sub("0x[0-9a-f]+", "0x", repr((outcome, names["LOG"], names["shared"], names["TICKS"])))


CORNERS = """
def main():
    global shared
    x, y, xs, d, o, t, c = 1, 2, [1, 2, 3], {"k": 1, 2: 3}, Thing(2), None, 0
    try:
        xs[(xs := 0)] += 1
    except Exception as error:
        note(error)
    xs = [1, 2, 3]
    x = xs[(xs := 1)] + x
    t = len(d) if (d := {1: 2}) else xs
    a, o.a, d[a] = 5, 6, 7
    d[c], c = c + 1, 9
    o.xs[0], o.xs[-1] = o.xs[-1], o.xs[0]
    o.d["k"] |= 4
    del o.xs[0], d[c - 9 or 1]
    return [a, x, y, xs, d, o, t, c, (lambda q=xs: q)(), shared]
"""


def test_the_corners_of_evaluation_order_are_kept() -> None:
    """Names that an expression rebinds, targets that use one another, several deletions."""
    file, code = loaded(CORNERS)
    assert run(code, instrumented=True) == run(code, instrumented=False)
    del linecache.cache[file]


@given(st.lists(st.integers(0, 2**32), min_size=1, max_size=6), st.booleans())
@settings(max_examples=60, deadline=None)
def test_a_generated_program_behaves_the_same_instrumented(seeds: list[int], rebinds_global: bool) -> None:
    """Values, exceptions, their texts and the lines of their tracebacks are those of the plain program."""
    source = module(seeds, rebinds_global)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            file, code = loaded(source)
        except SyntaxError:
            assume(False)
        plain = run(code, instrumented=False)
        instrumented = run(code, instrumented=True)
        del linecache.cache[file]
    assert instrumented == plain, source
