"""A lesson's life: options, narration, and, where it serves metrics, phenomena until Ctrl+C.

def main() -> int:
    return lesson.run(teach, service=ports.RACES, keep_going=phenomena)
"""

import argparse
import contextlib
import logging
import random
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from hilos.companions import accompany
from hilos.lesson.narration import Narrator
from hilos.lesson.options import CourseParser, Options, guarded, parse
from hilos.locale import translator
from hilos.ports import Service, listen_host

if TYPE_CHECKING:
    from hilos.metrics import Metrics

_ = translator("lesson")


class Serving:
    """What a lesson that serves metrics is given.

    Attributes:
        metrics: the catalogue's metrics, in the registry that is served.
        random: a generator started from the run's seed.
        stopping: set when the learner presses Ctrl+C; `keep_going` may wait on it instead of sleeping.
    """

    def __init__(self, metrics: "Metrics", seed: int) -> None:
        self.metrics = metrics
        self.random = random.Random(seed)
        self.stopping = threading.Event()


@contextlib.contextmanager
def exporting(metrics: "Metrics", port: int) -> Iterator[str]:
    """Serve `metrics` on `port` (0 for any free one) while the block runs; gives the URL to scrape.

    Raises:
        PortError: the port is taken or not allowed.
    """
    from hilos.metrics import Exporter

    with Exporter(metrics.registry, port, listen_host()) as exporter:
        yield f"http://127.0.0.1:{exporter.port}/metrics"


def _left_behind(companion: str) -> None:
    logging.getLogger("hilos.lesson").exception("%s could not go along", companion)


def run(
    teach: Callable[[Narrator, Options], None],
    *,
    description: str = "",
    configure: Callable[[argparse.ArgumentParser], None] | None = None,
    argv: Sequence[str] | None = None,
) -> int:
    """Run a lesson that serves nothing: parse its options, tell it, return its exit status.

    Arguments:
        teach: the lesson; called with its narrator and the options.
        description: one sentence for `--help`, in Spanish and marked with `_`.
        configure: adds the lesson's own arguments.
        argv: arguments, the process's unless given.
    """

    def body() -> int:
        parser = CourseParser(description=description)
        if configure is not None:
            configure(parser)
        options = parse(parser, None, argv)
        accompany(None, _left_behind)
        teach(Narrator(), options)
        return 0

    return guarded(body)


def serve(
    teach: Callable[[Narrator, Options, Serving], None],
    keep_going: Callable[[Serving], None],
    *,
    service: Service,
    description: str = "",
    configure: Callable[[argparse.ArgumentParser], None] | None = None,
    argv: Sequence[str] | None = None,
) -> int:
    """Run a lesson that serves metrics: tell it once, then call `keep_going` again and again until Ctrl+C.

    The metrics are served from before the first word, so that they can be watched while the lesson is told; with
    `--once` there is no server and no second round.

    Arguments:
        teach: the lesson; called with its narrator, the options and what it serves.
        keep_going: one round of the lesson's phenomena, of about a second, so that every curve moves.
        service: gives the default port.
        description, configure, argv: as for `run`.
    """

    def body() -> int:
        from hilos.metrics import Metrics

        parser = CourseParser(description=description)
        if configure is not None:
            configure(parser)
        options = parse(parser, service.port, argv)
        narrator = Narrator()
        serving = Serving(Metrics(), options.seed)
        accompany(serving.metrics.registry, _left_behind)
        with contextlib.ExitStack() as stack:
            if not options.once:
                url = stack.enter_context(exporting(serving.metrics, options.port or service.port))
            teach(narrator, options, serving)
            if options.once:
                return 0
            narrator.say(
                _(
                    "Las métricas están en {url} y los experimentos se repiten para que las curvas se muevan. "
                    "Ctrl+C termina."
                ).format(url=url)
            )
            try:
                while True:
                    keep_going(serving)
            except KeyboardInterrupt:
                serving.stopping.set()
                narrator.say(_("Hasta luego: el servidor de métricas se ha cerrado."))
        return 0

    return guarded(body)
