"""`hilos alerts`: receive the alerts of Alertmanager and show them here."""

import argparse
from pathlib import Path

from hilos import ports
from hilos.lesson import CourseParser, port_number
from hilos.locale import translator
from hilos.services import course_root
from hilos.services.alert_receiver import AlertReceiver

_ = translator("cli_alerts")
N_ = str

SUMMARY = N_("Recibe las alertas de Alertmanager y las explica")


def configure(parser: CourseParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "--port", type=port_number, default=ports.ALERT_WEBHOOK.port, metavar="N", help=_("puerto en el que escucha")
    )
    parser.add_argument("--lang", choices=("es", "en"), help=_("idioma de lo que se muestra"))


def run(options: argparse.Namespace) -> int:
    """Receive until Ctrl+C."""
    root: Path = course_root()
    receiver = AlertReceiver(options.port, root, ports.listen_host(), tell=lambda line: print(line, flush=True))
    print(_("Espero alertas en http://127.0.0.1:{port}/ · Ctrl+C termina.").format(port=receiver.port), flush=True)
    try:
        receiver.serve()
    except KeyboardInterrupt:
        print()
    return 0
