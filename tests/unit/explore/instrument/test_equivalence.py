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
