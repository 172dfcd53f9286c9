"""Every metric of the course, declared once.

Exporters, dashboards, alerts, the guides' tables and the tests read this table; nobody else writes a metric's name
beside its type, labels or help.  Names are the brief's; `cpu_usage_total` ends in `_total` there and is a gauge by
meaning.  What is added beyond the brief follows Prometheus' style: base units, `_total` for counters.
"""

from dataclasses import dataclass
from enum import StrEnum


class Type(StrEnum):
    """A metric's type, as Prometheus names it."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric.

    Attributes:
        name: as Prometheus shows it (`..._total` for counters).
        type: counter, gauge or histogram.
        labels: names of its labels.
        es: help in Spanish.
        en: help in English; the one that is exported, as is the custom.
        services: names (of `hilos.ports`) of the services that export it.
        buckets: upper bounds of a histogram's buckets, in the metric's unit; empty for the others.
    """

    name: str
    type: Type
    labels: tuple[str, ...]
    es: str
    en: str
    services: tuple[str, ...]
    buckets: tuple[float, ...] = ()


# Powers of two from 1 microsecond to 17 seconds: what observe's own records count in (bit lengths of nanoseconds).
LOCK_BUCKETS = tuple(2.0**k / 1e9 for k in range(10, 35, 2))
OPERATION_BUCKETS = (
    0.0001,
    0.00025,
    0.0005,
    0.001,
    0.0025,
    0.005,
    0.01,
    0.025,
    0.05,
    0.1,
    0.25,
    0.5,
    1.0,
    2.5,
    5.0,
)

QUEUE_BUCKETS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0, 120.0)
JOB_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)

CATALOG = (
    Metric(
        "race_conditions_detected_total",
        Type.COUNTER,
        ("type",),
        "Condiciones de carrera detectadas, por tipo: el invariante dejó de cumplirse.",
        "Race conditions detected, by type: the invariant did not hold.",
        ("races",),
    ),
    Metric(
        "corrupted_data_instances",
        Type.GAUGE,
        (),
        "Datos cuyo invariante está roto ahora mismo (en la última ronda de experimentos).",
        "Pieces of data whose invariant is broken now (in the last round of experiments).",
        ("races",),
    ),
    Metric(
        "concurrent_operation_duration_seconds",
        Type.HISTOGRAM,
        ("operation_type",),
        "Duración de cada operación concurrente, en segundos.",
        "Duration of each concurrent operation, in seconds.",
        ("races", "locks", "deadlocks"),
        OPERATION_BUCKETS,
    ),
    Metric(
        "lock_wait_time_seconds",
        Type.HISTOGRAM,
        ("lock_name",),
        "Espera hasta conseguir un lock en los experimentos de carreras, en segundos.",
        "Wait for a lock in the race experiments, in seconds.",
        ("races",),
        OPERATION_BUCKETS,
    ),
    Metric(
        "lock_acquisitions_total",
        Type.COUNTER,
        ("lock_type", "lock_name"),
        "Veces que se ha conseguido un lock.",
        "Times that a lock was acquired.",
        ("locks", "deadlocks"),
    ),
    Metric(
        "lock_wait_duration_seconds",
        Type.HISTOGRAM,
        ("lock_type", "lock_name"),
        "Espera hasta conseguir un lock, en segundos.",
        "Wait for a lock, in seconds.",
        ("locks", "deadlocks"),
        LOCK_BUCKETS,
    ),
    Metric(
        "lock_hold_duration_seconds",
        Type.HISTOGRAM,
        ("lock_type", "lock_name"),
        "Tiempo que se retiene un lock, en segundos.",
        "Time that a lock is held, in seconds.",
        ("locks", "deadlocks"),
        LOCK_BUCKETS,
    ),
    Metric(
        "lock_contention_threads",
        Type.GAUGE,
        ("lock_name",),
        "Hilos que esperan ahora mismo por un lock.",
        "Threads that wait for a lock now.",
        ("locks", "deadlocks"),
    ),
    Metric(
        "deadlocks_detected_total",
        Type.COUNTER,
        (),
        "Deadlocks reales: ciclos encontrados en el grafo de esperas.",
        "Actual deadlocks: cycles found in the wait-for graph.",
        ("deadlocks",),
    ),
    Metric(
        "deadlocks_prevented_total",
        Type.COUNTER,
        ("strategy",),
        "Esperas que habrían cerrado un ciclo y que la estrategia evitó.",
        "Waits that would have closed a cycle and that the strategy avoided.",
        ("deadlocks",),
    ),
    Metric(
        "lock_order_violations_total",
        Type.COUNTER,
        (),
        "Pares de locks tomados en órdenes opuestos, o contra su jerarquía.",
        "Pairs of locks taken in opposite orders, or against their hierarchy.",
        ("deadlocks",),
    ),
    Metric(
        "lock_timeout_failures_total",
        Type.COUNTER,
        (),
        "Veces que se agotó el tiempo de espera de un lock.",
        "Times that waiting for a lock ran out of time.",
        ("locks", "deadlocks"),
    ),
    Metric(
        "cpu_usage_total",
        Type.GAUGE,
        (),
        "Uso de CPU de toda la máquina, en %.",
        "CPU use of the machine, in %.",
        ("cpu",),
    ),
    Metric(
        "cpu_usage_per_core",
        Type.GAUGE,
        ("core",),
        "Uso de cada núcleo, en %.",
        "Use of each core, in %.",
        ("cpu",),
    ),
    Metric("memory_usage_percent", Type.GAUGE, (), "Memoria en uso, en %.", "Memory in use, in %.", ("cpu",)),
    Metric("memory_used_mb", Type.GAUGE, (), "Memoria en uso, en MB.", "Memory in use, in MB.", ("cpu",)),
    Metric(
        "system_load_average",
        Type.GAUGE,
        ("interval",),
        "Carga media del sistema (1m, 5m, 15m).",
        "Load average of the system (1m, 5m, 15m).",
        ("cpu",),
    ),
    Metric(
        "websocket_clients",
        Type.GAUGE,
        (),
        "Clientes conectados ahora mismo, con el visitante del propio curso.",
        "Clients connected now, the course's own visitor included.",
        ("websocket",),
    ),
    Metric(
        "websocket_connections_total",
        Type.COUNTER,
        ("outcome",),
        "Intentos de conexión, por desenlace (accepted, full, origin, host, key).",
        "Attempts to connect, by outcome (accepted, full, origin, host, key).",
        ("websocket",),
    ),
    Metric(
        "websocket_messages_received_total",
        Type.COUNTER,
        ("type",),
        "Mensajes recibidos, por tipo; «malformed» son los que no se entienden.",
        "Messages received, by type; «malformed» are those that make no sense.",
        ("websocket",),
    ),
    Metric(
        "websocket_messages_sent_total",
        Type.COUNTER,
        ("type",),
        "Mensajes enviados, por tipo.",
        "Messages sent, by type.",
        ("websocket",),
    ),
    Metric(
        "websocket_jobs_total",
        Type.COUNTER,
        ("kind", "outcome"),
        "Trabajos terminados, por clase y desenlace (done, failed, cancelled).",
        "Jobs ended, by kind and outcome (done, failed, cancelled).",
        ("websocket",),
    ),
    Metric(
        "websocket_jobs_running",
        Type.GAUGE,
        (),
        "Trabajos que se calculan ahora mismo.",
        "Jobs being computed now.",
        ("websocket",),
    ),
    Metric(
        "websocket_jobs_waiting",
        Type.GAUGE,
        (),
        "Trabajos que esperan a que quede libre un proceso.",
        "Jobs that wait for a free process.",
        ("websocket",),
    ),
    Metric(
        "websocket_job_duration_seconds",
        Type.HISTOGRAM,
        ("kind",),
        "Tiempo desde que se acepta un trabajo hasta que termina, en segundos.",
        "Time from a job's acceptance to its end, in seconds.",
        ("websocket",),
        JOB_BUCKETS,
    ),
    Metric(
        "websocket_workers_replaced_total",
        Type.COUNTER,
        (),
        "Procesos de trabajo que murieron, o no obedecieron, y se sustituyeron.",
        "Worker processes that died, or did not obey, and were replaced.",
        ("websocket",),
    ),
    Metric(
        "websocket_event_loop_lag_seconds",
        Type.HISTOGRAM,
        (),
        "Retraso del event loop: cuánto más tarde de lo pedido despierta una tarea, en segundos.",
        "Event-loop lag: how much later than asked for a task wakes, in seconds.",
        ("websocket",),
        OPERATION_BUCKETS,
    ),
    Metric(
        "websocket_reply_latency_seconds",
        Type.HISTOGRAM,
        (),
        "Lo que tarda en llegar la respuesta a un ping, vista por el visitante del curso, en segundos.",
        "How long the reply to a ping takes, as the course's own visitor sees it, in seconds.",
        ("websocket",),
        OPERATION_BUCKETS,
    ),
    Metric(
        "job_queue_submitted_total",
        Type.COUNTER,
        ("priority",),
        "Trabajos encargados a la cola, por prioridad (el menor número sale antes).",
        "Jobs submitted to the queue, by priority (the lower number goes first).",
        ("jobs",),
    ),
    Metric(
        "job_queue_finished_total",
        Type.COUNTER,
        ("outcome",),
        "Trabajos que terminaron, por desenlace (done, failed, cancelled).",
        "Jobs that ended, by outcome (done, failed, cancelled).",
        ("jobs",),
    ),
    Metric(
        "job_queue_retries_total",
        Type.COUNTER,
        (),
        "Intentos que fallaron y se repetirán.",
        "Attempts that failed and will be repeated.",
        ("jobs",),
    ),
    Metric(
        "job_queue_worker_deaths_total",
        Type.COUNTER,
        (),
        "Trabajos cuyo trabajador murió a la mitad.",
        "Jobs whose worker died in the middle.",
        ("jobs",),
    ),
    Metric(
        "job_queue_waiting",
        Type.GAUGE,
        ("priority",),
        "Trabajos que esperan ahora mismo en la cola, por prioridad.",
        "Jobs that wait in the queue now, by priority.",
        ("jobs",),
    ),
    Metric(
        "job_queue_running",
        Type.GAUGE,
        (),
        "Trabajos en marcha ahora mismo.",
        "Jobs that run now.",
        ("jobs",),
    ),
    Metric(
        "job_queue_wait_seconds",
        Type.HISTOGRAM,
        ("priority",),
        "Espera de cada trabajo desde que se encarga hasta que empieza, en segundos.",
        "Wait of each job from its submission to its start, in seconds.",
        ("jobs",),
        QUEUE_BUCKETS,
    ),
    Metric(
        "job_queue_run_seconds",
        Type.HISTOGRAM,
        ("outcome",),
        "Duración de cada intento, por desenlace (done, failed, retrying, cancelled, lost), en segundos.",
        "Duration of each attempt, by outcome (done, failed, retrying, cancelled, lost), in seconds.",
        ("jobs",),
        QUEUE_BUCKETS,
    ),
)

_BY_NAME = {metric.name: metric for metric in CATALOG}


def metric(name: str) -> Metric:
    """The declaration of the metric called `name`.

    Raises:
        KeyError: the catalogue has none of that name.
    """
    return _BY_NAME[name]


def exported_by(service: str) -> tuple[Metric, ...]:
    """The metrics that the service called `service` exports."""
    return tuple(each for each in CATALOG if service in each.services)
