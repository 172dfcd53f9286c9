"""What several threads write to, counted in the steps of one execution.

Without the GIL it is not reading that makes threads wait for one another but writing what others use: a lock, a
counter, an element of a list that all of them fill.  How much of that a program does for each piece of its work is a
matter of counting, and no matter of time.
"""

from collections import Counter
from collections.abc import Sequence

from hilos.events import Kind
from hilos.explore import Step


def shared_writes(steps: Sequence[Step], file: str) -> Counter[tuple[str, int]]:
    """How often each line of `file` writes to what several threads but the first use: (name, line) to times.

    An element of a list counts as the list: without the GIL, who stores one holds the list's own lock.
    """

    def whole(step: Step) -> str:
        return step.target.partition("[")[0] if step.target_type == "item" else step.target

    users: dict[str, set[str]] = {}
    for step in steps:
        if step.thread != steps[0].thread and step.kind is not Kind.READ:
            users.setdefault(whole(step), set()).add(step.thread)
    return Counter(
        (whole(step), step.location.line)
        for step in steps
        if step.kind is not Kind.READ
        and len(users.get(whole(step), ())) > 1
        and step.location is not None
        and step.location.file == file
    )
