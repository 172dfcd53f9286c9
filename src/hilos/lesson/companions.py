"""Who goes along with a lesson: the lab, where the environment says that there is one.

A lesson knows nothing of the lab, and this package may not import it: what goes along is found as an entry point of the
group `hilos.companions`, and only where `HILOS_LAB` is set, so that a lesson by itself pays nothing.
"""

import logging
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hilos.metrics import Metrics


def accompany(metrics: "Metrics | None") -> None:
    """Have each companion go along with the lesson that begins now, whose metrics are `metrics`."""
    if not os.environ.get("HILOS_LAB"):
        return
    from importlib.metadata import entry_points

    for companion in entry_points(group="hilos.companions"):
        try:
            companion.load()(metrics.registry if metrics is not None else None)
        except Exception:
            logging.getLogger("hilos.lesson").exception("%s could not go along", companion.name)
