"""`python -m hilos.course.child REQUEST RESULT`: judges one answer in this process, whose limits it sets first.

Not for people: `hilos.course.grader` starts it, in a session of its own, and ends it.
"""

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from hilos.course.limits import confine


def main() -> int:
    """Read the request, judge, write the result beside and rename it."""
    request = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    result = Path(sys.argv[2])
    confine(request)

    from hilos.course.catalogue import Catalogue
    from hilos.course.judging import judge
    from hilos.locale import set_language

    set_language(request["language"])
    catalogue = Catalogue(Path(request["root"]))
    exercise = catalogue.find(request["name"])
    shown = judge(exercise, Path(request["answer"]), catalogue.pristine[exercise.name])
    beside = result.with_suffix(".new")
    beside.write_text(json.dumps([asdict(each) for each in shown]), encoding="utf-8")
    beside.replace(result)
    sys.stdout.flush()
    # Threads of the answer that never end must not keep this process: everything is written.
    os._exit(0)


if __name__ == "__main__":
    raise SystemExit(main())
