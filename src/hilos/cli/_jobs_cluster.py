"""`hilos jobs cluster`: a Dask scheduler with workers here, or workers for a scheduler elsewhere."""

import argparse
import contextlib
import ipaddress
import logging
import threading
from collections.abc import Iterator
from typing import Any

from hilos.cli._scraped import scraped
from hilos.errors import UsageError
from hilos.interrupts import sigint_blocked
from hilos.jobs.cluster import distributed
from hilos.jobs.processes import usable_cpus
from hilos.lesson import Narrator
from hilos.locale import translator
from hilos.metrics import port_error

_ = translator("cli")


def run(options: argparse.Namespace) -> int:
    """Serve until Ctrl+C."""
    package = distributed()
    tell = Narrator()
    workers = options.workers or usable_cpus()
    if not _is_loopback(options.host):
        tell.note(
            _(
                "{host} no es solo esta máquina. Dask no pide contraseña: quien llegue a ese puerto puede ejecutar "
                "código aquí. "
                "Hazlo solo en una red tuya."
            ).format(host=options.host)
        )
    with _workers(package, options, workers) if options.join else _cluster(package, options, workers) as address:
        tell.say(_("{workers} trabajadores en {address}. Ctrl+C termina.").format(workers=workers, address=address))
        if not options.join:
            tell.points(
                [
                    _('Desde Python: open_queue("cluster", address="{address}")').format(address=address),
                    _("La demo: python3 examples/demo_completo.py --backend cluster --address {address}").format(
                        address=address
                    ),
                    _("Más trabajadores: hilos jobs cluster --join {address}").format(address=address),
                    _("Métricas del planificador: http://{host}:{port}/metrics").format(
                        host=options.host, port=options.metrics_port
                    ),
                ]
            )
            tell.note(_("El clúster no es duradero: si se para el planificador, lo que estaba en él se pierde."))
        threading.Event().wait()
    return 0


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        raise UsageError(
            _("«{host}» no es una dirección IP. Para esta máquina: 127.0.0.1.").format(host=host)
        ) from None


@contextlib.contextmanager
def _cluster(package: Any, options: argparse.Namespace, workers: int) -> Iterator[str]:
    _probe(options.host, options.port)
    _probe(options.host, options.metrics_port)
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # silence_logs goes no further than the closing
    with sigint_blocked():  # its thread, and whatever that starts: Ctrl+C is this process's alone, which then closes it
        started = package.LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            host=options.host,
            scheduler_port=options.port,
            dashboard_address=f"{options.host}:{options.metrics_port}",
            worker_dashboard_address=f"{options.host}:0",
            silence_logs=50,
        )
    with started as cluster:
        services = [worker["services"] for worker in cluster.scheduler_info["workers"].values()]
        ports = [service["dashboard"] for service in services if "dashboard" in service]
        with scraped("dask", options.metrics_port, *ports):
            yield cluster.scheduler_address


def _probe(host: str, port: int) -> None:
    """Dask only warns of a port that is taken and moves to another, which nobody would scrape."""
    import socket

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise port_error(port, error) from None


@contextlib.contextmanager
def _workers(package: Any, options: argparse.Namespace, workers: int) -> Iterator[str]:
    import asyncio

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="cluster workers", daemon=True)
    with sigint_blocked():
        thread.start()

    async def start() -> list[Any]:
        nannies = [
            package.Nanny(
                options.join,
                nthreads=1,
                host=options.host,
                dashboard_address=f"{options.host}:0",
                silence_logs=50,
                death_timeout=10,
            )
            for _number in range(workers)
        ]
        for nanny in nannies:
            await asyncio.wait_for(nanny, 20)
        return nannies

    async def stop(nannies: list[Any]) -> None:
        await asyncio.gather(*(nanny.close(timeout=5) for nanny in nannies), return_exceptions=True)

    try:
        nannies = asyncio.run_coroutine_threadsafe(start(), loop).result()
    except (OSError, ValueError, TimeoutError, RuntimeError) as error:
        loop.call_soon_threadsafe(loop.stop)
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UsageError(
            _("No se puede unir a {address}: {reason}.").format(address=options.join, reason=reason)
        ) from None
    try:
        yield options.join
    finally:
        asyncio.run_coroutine_threadsafe(stop(nannies), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
