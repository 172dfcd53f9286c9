"""Serves a registry on a port of this machine, and makes the catalogue's metrics in it."""

import errno
from types import TracebackType
from typing import Any
from wsgiref.simple_server import WSGIServer

import prometheus_client
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from hilos.errors import PortError
from hilos.locale import translator
from hilos.metrics import rendering
from hilos.metrics.catalog import Type, metric
from hilos.metrics.listening import holder_of

_ = translator("metrics")


class Metrics:
    """The catalogue's metrics in one registry, each made when it is first asked for.

    Arguments:
        registry: where they are registered; a fresh one unless given, so that tests never share counts.
    """

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = CollectorRegistry() if registry is None else registry
        self._made: dict[str, Any] = {}

    def counter(self, name: str) -> Counter:
        """The counter that the catalogue calls `name`."""
        return self._get(name, Type.COUNTER)  # type: ignore[no-any-return]

    def gauge(self, name: str) -> Gauge:
        """The gauge that the catalogue calls `name`."""
        return self._get(name, Type.GAUGE)  # type: ignore[no-any-return]

    def histogram(self, name: str) -> Histogram:
        """The histogram that the catalogue calls `name`."""
        return self._get(name, Type.HISTOGRAM)  # type: ignore[no-any-return]

    def _get(self, name: str, expected: Type) -> Any:
        declared = metric(name)
        if declared.type is not expected:
            raise TypeError(f"{name} is a {declared.type} in the catalogue, not a {expected}")
        if name not in self._made:
            if expected is Type.COUNTER:
                made: Any = Counter(name, declared.en, declared.labels, registry=self.registry)
            elif expected is Type.GAUGE:
                made = Gauge(name, declared.en, declared.labels, registry=self.registry)
            else:
                made = Histogram(name, declared.en, declared.labels, buckets=declared.buckets, registry=self.registry)
            self._made[name] = made
        return self._made[name]


def exposition(registry: CollectorRegistry) -> tuple[bytes, str]:
    """What a scrape of `registry` gets, for who serves it by other means than `Exporter`: the body, its media type."""
    prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]
    return rendering.text(registry), prometheus_client.CONTENT_TYPE_LATEST


class Exporter:
    """Serves `registry` at http://HOST:PORT/metrics until closed; a context manager.

    Arguments:
        registry: what to serve.
        port: TCP port; 0 for any free one (then read `port`).
        host: address to listen on.

    Raises:
        PortError: the port is taken or not allowed.
    """

    def __init__(self, registry: CollectorRegistry, port: int, host: str = "127.0.0.1") -> None:
        # Without this every counter also exports a `_created` series that no panel reads.
        prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]
        try:
            self._server: WSGIServer
            self._server, self._thread = prometheus_client.start_http_server(port, host, registry)
        except OSError as error:
            raise port_error(port, error) from error
        self._thread.name = "hilos-metrics"  # a dump of all threads says whose it is
        self._server.set_app(rendering.application(registry))
        self.port: int = self._server.server_port

    def close(self) -> None:
        """Stop listening and end the serving thread."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> "Exporter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def port_error(port: int, error: OSError) -> PortError:
    """The error to show for `error`, met when listening on `port`: it names who holds the port, where known."""
    if error.errno == errno.EADDRINUSE:
        holder = holder_of(port)
        who = _("lo tiene {holder}").format(holder=holder) if holder else _("lo tiene otro proceso")
        return PortError(
            _("El puerto {port} está ocupado: {who}.\nPara ese proceso o elige otro puerto con --port N.").format(
                port=port, who=who
            )
        )
    if error.errno == errno.EACCES:
        return PortError(
            _("El puerto {port} necesita permisos que no tienes.\nElige uno de 1024 a 65535 con --port N.").format(
                port=port
            )
        )
    return PortError(
        _("No se puede escuchar en el puerto {port}: {error}.\nElige otro con --port N.").format(
            port=port, error=error.strerror
        )
    )
