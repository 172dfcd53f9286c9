"""`hilos health [SERVICE]`: status 0 if the service answers; what the containers' health checks run."""

import argparse

from hilos import ports
from hilos.errors import UsageError
from hilos.lesson import CourseParser
from hilos.locale import translator
from hilos.services.supervisor import answers

_ = translator("cli_health")
N_ = str

SUMMARY = N_("Dice si un servicio del curso responde")

_SERVICES = {service.name: service for service in (*ports.LESSONS, ports.ALERT_WEBHOOK, *ports.STACK)}


def configure(parser: CourseParser) -> None:
    """Add the arguments."""
    parser.add_argument("service", nargs="?", metavar=_("servicio"), help=_("cuál; sin él, basta con que responda uno"))
    parser.add_argument("--lang", choices=("es", "en"), help=_("idioma de lo que se muestra"))


def run(options: argparse.Namespace) -> int:
    """Ask, say, and give the status."""
    if options.service is not None and options.service not in _SERVICES:
        raise UsageError(
            _("No existe el servicio «{name}». Los que hay: {known}.").format(
                name=options.service, known=", ".join(_SERVICES)
            )
        )
    asked = [_SERVICES[options.service]] if options.service else list(ports.LESSONS)
    well = [service.name for service in asked if answers(service)]
    print(_("Responden: {names}").format(names=", ".join(well)) if well else _("No responde."))
    return 0 if well else 1
