"""The panels of the dashboard, declared once: Grafana's JSON and the lab's live page are made from this table.

The first eleven are the brief's, with its names and in its order.  The brief's "Graph" is what Grafana calls a time
series today, and its "Graph con alerta" a threshold on the panel together with a rule in `alerts.py`.
"""

from dataclasses import dataclass, field
from enum import StrEnum

JOB = 'job=~"$job"'
LOCK = 'job=~"$job",lock_name=~"$lock"'


class Kind(StrEnum):
    """How a panel is drawn, as Grafana names it."""

    STAT = "stat"
    GAUGE = "gauge"
    TIMESERIES = "timeseries"
    HEATMAP = "heatmap"


@dataclass(frozen=True, slots=True)
class Query:
    """One query of a panel: `expr` in PromQL with Grafana's variables, `legend` as Grafana's template."""

    expr: str
    legend: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel.

    Attributes:
        title: as the brief writes it.
        kind: how it is drawn.
        unit: Grafana's name of the unit (`s`, `percent`, `ops`, `short`, `decmbytes`).
        queries: what it shows.
        es: what to look for, in Spanish.
        en: the same in English.
        lesson: the lesson that moves it, relative to the repository.
        thresholds: values from which it is (warning, critical); empty for none.
        row: title of the row that it stands in.
        alerts: names of the alerts that watch the same thing.
    """

    title: str
    kind: Kind
    unit: str
    queries: tuple[Query, ...]
    es: str
    en: str
    lesson: str
    thresholds: tuple[float, ...] = ()
    row: str = "Concurrency"
    alerts: tuple[str, ...] = field(default=())

    def expressions(self, job: str = ".*", lock: str = ".*", rate_interval: str = "1m") -> tuple[str, ...]:
        """Its queries with Grafana's variables filled in, as Prometheus takes them."""

        def fill(expr: str) -> str:
            return expr.replace("$__rate_interval", rate_interval).replace("$job", job).replace("$lock", lock)

        return tuple(fill(query.expr) for query in self.queries)


RACES = "advanced/race_conditions/01_race_conditions.py"
LOCKS = "advanced/locks/02_locks_mutex.py"
DEADLOCKS = "advanced/deadlocks/03_deadlocks.py"
CPU = "monitoring/cpu_monitor.py"
WEBSOCKET = "websockets/websocket_server.py"
JOBS = "workers/job_queue_system.py"


def _quantile(quantile: float, metric: str, by: str, matchers: str) -> str:
    return (
        f"histogram_quantile({quantile}, sum by (le{', ' + by if by else ''}) "
        f"(rate({metric}_bucket{{{matchers}}}[$__rate_interval])))"
    )


BRIEF_PANELS = (
    Panel(
        "Race Conditions Detected",
        Kind.STAT,
        "short",
        (Query(f"sum by (type) (race_conditions_detected_total{{{JOB}}})", "{{type}}"),),
        "Veces que un invariante dejó de cumplirse, por tipo de carrera. Sube mientras corre la lección de carreras; "
        "si un tipo no sube, este intérprete lo esconde: la lección dice por qué.",
        "Times that an invariant did not hold, by type of race. It grows while the race lesson runs; where a type does "
        "not grow, this interpreter hides it: the lesson says why.",
        RACES,
        alerts=("RaceConditionsDetected", "RaceConditionSurge"),
    ),
    Panel(
        "Corrupted Data Instances",
        Kind.GAUGE,
        "short",
        (Query(f"sum(corrupted_data_instances{{{JOB}}})", "corrupted"),),
        "Datos con el invariante roto ahora mismo. Con la cura puesta tiene que ser 0.",
        "Pieces of data whose invariant is broken now. With the cure in place it must be 0.",
        RACES,
        thresholds=(1, 5),
        alerts=("CorruptedData",),
    ),
    Panel(
        "Lock Acquisitions by Type",
        Kind.TIMESERIES,
        "ops",
        (Query(f"sum by (lock_type) (rate(lock_acquisitions_total{{{LOCK}}}[$__rate_interval]))", "{{lock_type}}"),),
        "Adquisiciones por segundo de cada tipo de lock. Una caída con los mismos hilos trabajando es contención.",
        "Acquisitions per second of each type of lock. A fall with the same threads at work is contention.",
        LOCKS,
        alerts=("NoLockActivity",),
    ),
    Panel(
        "Lock Wait Time (P95/P99)",
        Kind.TIMESERIES,
        "s",
        (
            Query(_quantile(0.95, "lock_wait_duration_seconds", "lock_name", LOCK), "P95 {{lock_name}}"),
            Query(_quantile(0.99, "lock_wait_duration_seconds", "lock_name", LOCK), "P99 {{lock_name}}"),
        ),
        "Espera hasta conseguir cada lock. Compara P95 y P99: si se separan, unos pocos hilos esperan mucho más que "
        "el resto (reparto injusto).",
        "Wait until each lock is acquired. Compare P95 and P99: where they part, a few threads wait far longer than "
        "the rest (unfairness).",
        LOCKS,
        thresholds=(0.1, 1.0),
        alerts=("LockWaitHigh", "LockWaitCritical"),
    ),
    Panel(
        "Lock Contention",
        Kind.TIMESERIES,
        "short",
        (Query(f"max by (lock_name) (lock_contention_threads{{{LOCK}}})", "{{lock_name}}"),),
        "Hilos que esperan cada lock ahora mismo. Por encima de la línea salta la alerta: divide el lock o acorta "
        "la sección crítica.",
        "Threads that wait for each lock now. Above the line the alert fires: split the lock or shorten the critical "
        "section.",
        LOCKS,
        thresholds=(3, 8),
        alerts=("LockContentionHigh",),
    ),
    Panel(
        "Deadlocks (Detected vs Prevented)",
        Kind.TIMESERIES,
        "short",
        (
            Query(f"sum(increase(deadlocks_detected_total{{{JOB}}}[$__rate_interval]))", "detected"),
            Query(
                f"sum by (strategy) (increase(deadlocks_prevented_total{{{JOB}}}[$__rate_interval]))",
                "prevented: {{strategy}}",
            ),
        ),
        "Ciclos que se cerraron de verdad, frente a los que cada estrategia evitó.",
        "Cycles that really closed, against those that each strategy avoided.",
        DEADLOCKS,
        alerts=("DeadlockDetected", "DeadlocksRepeated"),
    ),
    Panel(
        "Lock Order Violations",
        Kind.TIMESERIES,
        "short",
        (Query(f"sum(increase(lock_order_violations_total{{{JOB}}}[$__rate_interval]))", "violations"),),
        "Locks tomados en órdenes opuestos: un deadlock que todavía no ha ocurrido.",
        "Locks taken in opposite orders: a deadlock that has not happened yet.",
        DEADLOCKS,
        alerts=("LockOrderViolation",),
    ),
    Panel(
        "Lock Timeout Failures",
        Kind.TIMESERIES,
        "short",
        (Query(f"sum(increase(lock_timeout_failures_total{{{JOB}}}[$__rate_interval]))", "timeouts"),),
        "Esperas que se rindieron. Un timeout evita el bloqueo, no el trabajo perdido: mira qué se hizo después.",
        "Waits that gave up. A timeout avoids the hang, not the lost work: look at what was done next.",
        DEADLOCKS,
        alerts=("LockTimeouts",),
    ),
    Panel(
        "Concurrent Operation Duration",
        Kind.HEATMAP,
        "s",
        (
            Query(
                f"sum by (le) (increase(concurrent_operation_duration_seconds_bucket{{{JOB}}}[$__rate_interval]))",
                "{{le}}",
            ),
        ),
        "Reparto de las duraciones. Dos franjas separadas son dos caminos: con espera y sin ella.",
        "Distribution of durations. Two bands apart are two paths: with waiting and without.",
        LOCKS,
        alerts=("OperationSlow",),
    ),
    Panel(
        "CPU Usage by Core",
        Kind.TIMESERIES,
        "percent",
        (Query(f"cpu_usage_per_core{{{JOB}}}", "{{core}}"),),
        "Un núcleo lleno y los demás parados: el GIL o una parte secuencial. Todos llenos: falta máquina.",
        "One core full and the others idle: the GIL or a serial part. All full: the machine is short.",
        CPU,
        thresholds=(80, 95),
        alerts=("CpuSaturated", "OneCoreSaturated"),
    ),
    Panel(
        "Memory Usage",
        Kind.TIMESERIES,
        "percent",
        (Query(f"memory_usage_percent{{{JOB}}}", "used"),),
        "Memoria en uso. Si sube sin bajar nunca, algo se acumula: una cola sin límite, por ejemplo.",
        "Memory in use. If it grows and never falls, something piles up: an unbounded queue, for example.",
        CPU,
        thresholds=(85, 95),
        alerts=("MemoryHigh", "MemoryCritical"),
    ),
)
"""The brief's eleven, in its order."""

WEBSOCKET_PANELS = (
    Panel(
        "WebSocket Clients",
        Kind.TIMESERIES,
        "short",
        (Query("websocket_clients", "clients"), Query("websocket_jobs_running", "jobs running")),
        "Clientes conectados y trabajos en curso.",
        "Connected clients and jobs under way.",
        WEBSOCKET,
        row="WebSocket",
    ),
    Panel(
        "WebSocket Event Loop Lag (P99)",
        Kind.TIMESERIES,
        "s",
        (Query(_quantile(0.99, "websocket_event_loop_lag_seconds", "", ""), "P99"),),
        "Retraso del bucle de eventos. Sube en cuanto alguien trabaja dentro de él: prueba el modo equivocado.",
        "Lag of the event loop. It grows as soon as somebody works inside it: try the wrong way.",
        WEBSOCKET,
        thresholds=(0.05, 0.2),
        row="WebSocket",
        alerts=("EventLoopLag",),
    ),
    Panel(
        "WebSocket Messages",
        Kind.TIMESERIES,
        "ops",
        (
            Query("sum(rate(websocket_messages_received_total[$__rate_interval]))", "received"),
            Query("sum(rate(websocket_messages_sent_total[$__rate_interval]))", "sent"),
        ),
        "Mensajes por segundo en cada sentido.",
        "Messages per second each way.",
        WEBSOCKET,
        row="WebSocket",
    ),
)

JOB_PANELS = (
    Panel(
        "Jobs Waiting and Running",
        Kind.TIMESERIES,
        "short",
        (
            Query("sum by (priority) (job_queue_waiting)", "waiting: {{priority}}"),
            Query("sum(job_queue_running)", "running"),
        ),
        "Trabajos en cola por prioridad y en curso. Si la cola solo crece, llega más trabajo del que se hace.",
        "Jobs queued by priority, and under way. If the queue only grows, more work arrives than is done.",
        JOBS,
        row="Jobs",
        alerts=("JobQueueBacklog",),
    ),
    Panel(
        "Jobs Finished by Outcome",
        Kind.TIMESERIES,
        "ops",
        (
            Query("sum by (outcome) (rate(job_queue_finished_total[$__rate_interval]))", "{{outcome}}"),
            Query("sum(rate(job_queue_retries_total[$__rate_interval]))", "retries"),
        ),
        "Trabajos terminados por segundo, según cómo acabaron, y reintentos.",
        "Jobs finished per second, by how they ended, and retries.",
        JOBS,
        row="Jobs",
        alerts=("JobsFailing", "JobWorkersDying"),
    ),
    Panel(
        "Job Wait Time (P95)",
        Kind.TIMESERIES,
        "s",
        (Query(_quantile(0.95, "job_queue_wait_seconds", "priority", ""), "P95 {{priority}}"),),
        "De encargarlo a empezarlo, por prioridad. Las bajas esperan más; si no empiezan nunca, es inanición.",
        "From submission to start, by priority. Low ones wait longer; if they never start, that is starvation.",
        JOBS,
        row="Jobs",
    ),
)

PANELS = (*BRIEF_PANELS, *JOB_PANELS, *WEBSOCKET_PANELS)
"""All panels, row by row."""
