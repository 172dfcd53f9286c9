"""Who goes along with a program: the lab, where the environment says that there is one.

Lessons and observed programs know nothing of the lab, and their packages may not import it: what goes along is found as
an entry point of the group `hilos.companions`, and only where `HILOS_LAB` is set, so that a program by itself pays
nothing.
"""

import os
from collections.abc import Callable
from typing import Any


def accompany(registry: Any, failed: Callable[[str], object]) -> None:
    """Have each companion go along with the program that begins now.

    Arguments:
        registry: the metrics that the program serves, a `CollectorRegistry`; None if it serves none.
        failed: told the name of each companion that could not, while its exception is handled; the program goes on.
    """
    if not os.environ.get("HILOS_LAB"):
        return
    from importlib.metadata import entry_points

    for companion in entry_points(group="hilos.companions"):
        try:
            companion.load()(registry)
        except Exception:  # noqa: BLE001  whatever fails here, the program runs
            failed(companion.name)
