"""`hilos lab`: the course in a browser, from this machine only."""

import argparse
import hmac
import importlib.util
import os
import secrets
import sys
import urllib.error
import urllib.request
import webbrowser

from hilos import ports
from hilos.errors import MissingError
from hilos.lab.address import Address, token
from hilos.lesson import CourseParser, port_number
from hilos.locale import translator
from hilos.services import LAB_NEEDS, course_root

_ = translator("cli_lab")
N_ = str

SUMMARY = N_("Abre el laboratorio: el curso en el navegador, con lo que hacen los hilos en directo")


def configure(parser: CourseParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "--port",
        type=port_number,
        default=ports.LAB.port,
        metavar="N",
        help=_("puerto en el que escucha (por omisión, {port})").format(port=ports.LAB.port),
    )
    parser.add_argument("--no-browser", action="store_true", help=_("no abre el navegador: solo escribe la dirección"))
    parser.add_argument(
        "--show", action="store_true", help=_("solo dice la dirección del que ya está en marcha, y la abre")
    )
    parser.add_argument("--quiet", action="store_true", help=_("no escribe la dirección, que lleva la llave"))
    parser.add_argument("--lang", choices=("es", "en"), help=_("idioma de lo que se muestra"))


def run(options: argparse.Namespace) -> int:
    """Serve until Ctrl+C; where this course's lab runs already, say where and end."""
    missing = [name for name in LAB_NEEDS if importlib.util.find_spec(name) is None]
    if missing:
        raise MissingError(
            _("Para el laboratorio falta: {missing}.\nInstálalo con: {python} -m pip install 'hilos[lab]'").format(
                missing=", ".join(missing), python=sys.executable
            )
        )
    root = course_root()
    address = Address(options.port, token(root))
    if _is_ours(address):
        if not options.quiet:
            print(_("El laboratorio ya está en marcha: {url}").format(url=address.url), flush=True)
        _open(address, options.no_browser)
        return 0
    if options.show:
        print(_("El laboratorio no está en marcha. Para abrirlo: hilos lab"), file=sys.stderr)
        return 1

    from hilos.lab import serving

    listener = serving.listen(options.port)
    if not options.quiet:
        print(_("El laboratorio: {url}\nCtrl+C termina.").format(url=address.url), flush=True)
    _open(address, options.no_browser)
    serving.serve(root, address, listener)
    return 0


def _is_ours(address: Address) -> bool:
    """Whether a lab with this token already answers there."""
    challenge = secrets.token_hex(16)  # never the token itself: somebody else may listen there
    url = f"http://127.0.0.1:{address.port}/health?challenge={challenge}"
    try:
        with urllib.request.urlopen(url, timeout=2) as reply:
            answer: bytes = reply.read(200)
    except (OSError, urllib.error.URLError, ValueError):
        return False
    return hmac.compare_digest(answer, address.proof(challenge).encode())


def _open(address: Address, refused: bool) -> None:
    """Open the address in a browser where there is a desktop for one."""
    desktop = sys.platform in ("darwin", "win32") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if desktop and not refused:
        webbrowser.open(address.url)
