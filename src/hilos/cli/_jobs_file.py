"""`hilos jobs status|submit|work|dead`: what can be done with a queue in a file."""

import argparse
import contextlib
import datetime
import json
import sys
import threading
from pathlib import Path

from hilos.cli._scraped import scraped
from hilos.errors import HilosError, UsageError
from hilos.jobs import Retry, State
from hilos.jobs.durable import DurableQueue
from hilos.jobs.job import last_line
from hilos.jobs.live import LiveView, one_line, priority_name, state_name
from hilos.jobs.metrics import QueueMetrics
from hilos.jobs.schema import connect
from hilos.jobs.store import Store
from hilos.lesson import Narrator
from hilos.locale import translator
from hilos.metrics import Exporter, Metrics
from hilos.services import course_root, queues

_ = translator("cli")


def _opened(file: Path) -> None:
    """It is a queue: the lab's page of jobs shows it from now on, where the command was given inside the course."""
    with contextlib.suppress(HilosError):
        queues.note(course_root(), file)


def status(options: argparse.Namespace) -> int:
    """How many jobs are in each state."""
    with contextlib.closing(connect(options.file, create=False)) as connection:
        store = Store(connection)
        counts, waiting = store.counts(), store.waiting()
    _opened(options.file)
    tell = Narrator()
    tell.table([_("estado"), _("trabajos")], [(state_name(state), counts[state]) for state in State])
    if waiting:
        tell.table(
            [_("en cola con prioridad"), _("trabajos")],
            [(priority_name(priority), count) for priority, count in waiting.items()],
        )
    if counts[State.FAILED]:
        tell.next_step(_("Por qué fallaron:"), f"hilos jobs dead {options.file}")
    return 0


def submit(options: argparse.Namespace) -> int:
    """Put one job into the queue."""
    module, colon, function = options.function.partition(":")
    if not (module and colon and function):
        raise UsageError(
            _("«{text}» no es MÓDULO:FUNCIÓN; por ejemplo, mi_paquete.tareas:enviar.").format(text=options.function)
        )
    with DurableQueue(options.file, workers=0) as queue:
        _opened(options.file)
        job = queue.submit(
            options.function,
            *map(_argument, options.arguments),
            priority=options.priority,
            timeout=options.timeout,
            retry=Retry(attempts=options.attempts),
            idempotent=not options.once_only,
        )
    print(_("Encargado: es el trabajo número {number}.").format(number=job.id))
    return 0


def _argument(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


def work(options: argparse.Namespace) -> int:
    """Run the queue's jobs until Ctrl+C, or until there are none."""
    tell = Narrator()
    sys.path.insert(0, str(Path.cwd()))  # the jobs' functions are looked for where the command is given, too
    with contextlib.ExitStack() as stack:
        queue = DurableQueue(options.file, options.workers, synchronous=options.synchronous)
        # On Ctrl+C what waits stays in the file, and what runs is ended and runs again another time.
        stack.push(queue)
        _opened(options.file)
        if options.port is not None:
            metrics = Metrics()
            QueueMetrics(queue, metrics)
            exporter = stack.enter_context(Exporter(metrics.registry, options.port))
            stack.enter_context(scraped("jobs", exporter.port))
            tell.say(_("Métricas en {url}").format(url=f"http://127.0.0.1:{exporter.port}/metrics"))
        tell.say(
            _(
                "{workers} procesos trabajan con {path}. Ctrl+C para; lo que no se haya hecho queda en el archivo."
            ).format(workers=queue.slots, path=options.file)
        )
        with LiveView(queue):
            if options.until_empty:
                queue.join()
            else:
                threading.Event().wait()
        print(one_line(queue.stats()))
    return 0


def dead(options: argparse.Namespace) -> int:
    """Show the dead letters, or queue them again."""
    with contextlib.closing(connect(options.file, create=False)) as connection:
        rows = Store(connection).rows(State.FAILED)
    _opened(options.file)
    if options.revive is not None:
        return _revive(options, [row.id for row in rows])
    if options.traceback is not None:
        row = next((row for row in rows if row.id == options.traceback), None)
        if row is None:
            raise UsageError(
                _("El trabajo {number} no está entre los muertos: {numbers}.").format(
                    number=options.traceback, numbers=", ".join(str(row.id) for row in rows) or "–"
                )
            )
        print("\n\n".join(error.rstrip() for error in row.errors))
        return 0
    tell = Narrator()
    if not rows:
        tell.say(_("No hay trabajos muertos."))
        return 0
    tell.table(
        ["N", _("trabajo"), _("intentos"), _("murió"), _("motivo")],
        [(row.id, row.name, row.attempts, _when(row.ended), last_line(row.errors)) for row in rows],
    )
    tell.next_step(
        _("Todas las trazas de uno, o ponerlo en cola otra vez:"), f"hilos jobs dead {options.file} --traceback N"
    )
    tell.code(f"$ hilos jobs dead {options.file} --revive N")
    return 0


def _when(moment: float | None) -> str:
    return "" if moment is None else f"{datetime.datetime.fromtimestamp(moment):%Y-%m-%d %H:%M:%S}"  # local time


def _revive(options: argparse.Namespace, numbers: list[int]) -> int:
    if options.revive == "all":
        number = None
    elif options.revive.isdecimal() and int(options.revive) in numbers:
        number = int(options.revive)
    else:
        raise UsageError(
            _("El trabajo {number} no está entre los muertos: {numbers}.").format(
                number=options.revive, numbers=", ".join(map(str, numbers)) or "–"
            )
        )
    with DurableQueue(options.file, workers=0) as queue:
        count = queue.revive(number)
    print(_("En cola otra vez: {count}.").format(count=count))
    return 0
