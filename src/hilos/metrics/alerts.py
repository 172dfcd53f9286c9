"""The alerts and recording rules, declared once: Prometheus' files, their tests and the guides' pages are made from it.

Every alert carries the series that make it fire and those that leave it silent; `tools/generate_alerts.py` turns them
into `promtool test rules` cases, so that no alert exists that nobody has seen fire.
"""

from dataclasses import dataclass

Series = tuple[tuple[str, str], ...]
"""Input of a promtool test: (series, values) in its notation, one value each 15 seconds."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert.

    Attributes:
        name: in CamelCase, as is the custom.
        expr: PromQL, in what Prometheus 2.42 and 3.5 have in common.
        hold: how long `expr` has to be true before it fires (`for:`).
        severity: `info`, `warning` or `critical`; routes go by it.
        es, en: what happened, in one line; may use Prometheus' templates.
        es_cause, en_cause: what it means.
        es_do, en_do: what to do.
        fires: series under which it fires at minute 5.
        silent: series under which it does not.
        panel: title of the panel to look at.
    """

    name: str
    expr: str
    hold: str
    severity: str
    es: str
    en: str
    es_cause: str
    en_cause: str
    es_do: str
    en_do: str
    fires: Series
    silent: Series
    panel: str = ""

    def told(self, language: str) -> tuple[str, str]:
        """What it means and what to do, in `language`."""
        return (self.es_cause, self.es_do) if language == "es" else (self.en_cause, self.en_do)


@dataclass(frozen=True, slots=True)
class Recording:
    """One recording rule: `name` keeps what `expr` gives."""

    name: str
    expr: str


RECORDINGS = (
    Recording(
        "lock_name:lock_wait_duration_seconds:p95",
        "histogram_quantile(0.95, sum by (le, lock_name) (rate(lock_wait_duration_seconds_bucket[1m])))",
    ),
    Recording(
        "lock_name:lock_wait_duration_seconds:p99",
        "histogram_quantile(0.99, sum by (le, lock_name) (rate(lock_wait_duration_seconds_bucket[1m])))",
    ),
    Recording(
        "lock_name:lock_hold_duration_seconds:p95",
        "histogram_quantile(0.95, sum by (le, lock_name) (rate(lock_hold_duration_seconds_bucket[1m])))",
    ),
    Recording(
        "operation_type:concurrent_operation_duration_seconds:p95",
        "histogram_quantile(0.95, sum by (le, operation_type) "
        "(rate(concurrent_operation_duration_seconds_bucket[1m])))",
    ),
)


def _histogram(metric: str, label: str, slow_from: str, fast_to: str) -> tuple[Series, Series]:
    """Series of a histogram in which all is slower than `slow_from`, and in which all is faster than `fast_to`."""
    slow = (
        (f'{metric}_bucket{{{label},le="{slow_from}"}}', "0x40"),
        (f'{metric}_bucket{{{label},le="20"}}', "0+10x40"),
        (f'{metric}_bucket{{{label},le="+Inf"}}', "0+10x40"),
    )
    fast = (
        (f'{metric}_bucket{{{label},le="{fast_to}"}}', "0+10x40"),
        (f'{metric}_bucket{{{label},le="20"}}', "0+10x40"),
        (f'{metric}_bucket{{{label},le="+Inf"}}', "0+10x40"),
    )
    return slow, fast


_SLOW_WAIT, _FAST_WAIT = _histogram("lock_wait_duration_seconds", 'lock_name="cuenta",lock_type="Lock"', "2", "0.001")
_SLOW_HOLD, _FAST_HOLD = _histogram("lock_hold_duration_seconds", 'lock_name="cuenta",lock_type="Lock"', "2", "0.001")
_SLOW_OPERATION, _FAST_OPERATION = _histogram(
    "concurrent_operation_duration_seconds", 'operation_type="transfer"', "2.5", "0.01"
)
_SLOW_LOOP, _FAST_LOOP = _histogram("websocket_event_loop_lag_seconds", 'job="websocket"', "0.5", "0.001")

ALERTS = (
    Alert(
        "ServiceDown",
        "up == 0",
        "30s",
        "critical",
        "{{ $labels.job }} no responde",
        "{{ $labels.job }} does not answer",
        "Prometheus no consigue leer sus métricas: el proceso ha terminado, está colgado o escucha en otro sitio.",
        "Prometheus cannot read its metrics: the process ended, hangs, or listens elsewhere.",
        "Mira `./run.sh status` y `./run.sh logs {servicio}`; arráncalo con `./run.sh start`.",
        "Look at `./run.sh status` and `./run.sh logs {service}`; start it with `./run.sh start`.",
        (('up{job="races"}', "0x40"),),
        (('up{job="races"}', "1x40"),),
    ),
    Alert(
        "RaceConditionsDetected",
        "sum by (type) (increase(race_conditions_detected_total[1m])) > 0",
        "15s",
        "info",
        "Carreras de tipo {{ $labels.type }} en el último minuto",
        "Races of type {{ $labels.type }} in the last minute",
        "Un invariante dejó de cumplirse: dos hilos se cruzaron en una sección sin proteger.",
        "An invariant did not hold: two threads met in an unprotected section.",
        "Es lo que la lección enseña. Ejecútala con `--once` y lee la intercalación que la rompió.",
        "It is what the lesson teaches. Run it with `--once` and read the interleaving that broke it.",
        (('race_conditions_detected_total{type="counter"}', "0+1x40"),),
        (('race_conditions_detected_total{type="counter"}', "7x40"),),
        "Race Conditions Detected",
    ),
    Alert(
        "RaceConditionSurge",
        "sum(rate(race_conditions_detected_total[1m])) > 50",
        "1m",
        "warning",
        "Más de 50 carreras por segundo",
        "More than 50 races per second",
        "La ventana de la carrera es enorme: casi todas las operaciones se cruzan.",
        "The race window is huge: nearly all operations meet.",
        "Acorta la ventana o protégela: compara con la sección de prevención de la lección.",
        "Shorten the window or protect it: compare with the lesson's section on prevention.",
        (('race_conditions_detected_total{type="counter"}', "0+1500x40"),),
        (('race_conditions_detected_total{type="counter"}', "0+15x40"),),
        "Race Conditions Detected",
    ),
    Alert(
        "CorruptedData",
        "corrupted_data_instances > 0",
        "15s",
        "warning",
        "{{ $value }} datos con el invariante roto",
        "{{ $value }} pieces of data with a broken invariant",
        "El dinero total, el contador o la caché no cuadran ahora mismo.",
        "The total of money, the counter or the cache does not add up now.",
        "Busca qué lectura y qué escritura quedaron fuera del lock.",
        "Find which read and which write stayed outside the lock.",
        (("corrupted_data_instances", "2x40"),),
        (("corrupted_data_instances", "0x40"),),
        "Corrupted Data Instances",
    ),
    Alert(
        "LockContentionHigh",
        "max by (lock_name) (lock_contention_threads) > 3",
        "30s",
        "warning",
        "{{ $value }} hilos esperan «{{ $labels.lock_name }}»",
        '{{ $value }} threads wait for "{{ $labels.lock_name }}"',
        "Los hilos pasan más tiempo en la cola que trabajando.",
        "The threads spend more time in the queue than at work.",
        "Haz menos cosas con el lock tomado, reparte los datos entre varios locks o usa una cola.",
        "Do less while holding the lock, spread the data over several locks, or use a queue.",
        (('lock_contention_threads{lock_name="cuenta"}', "6x40"),),
        (('lock_contention_threads{lock_name="cuenta"}', "3x40"),),
        "Lock Contention",
    ),
    Alert(
        "LockWaitHigh",
        "lock_name:lock_wait_duration_seconds:p95 > 0.1",
        "1m",
        "warning",
        "P95 de espera de {{ $value | humanizeDuration }} por «{{ $labels.lock_name }}»",
        'P95 wait of {{ $value | humanizeDuration }} for "{{ $labels.lock_name }}"',
        "Una de cada veinte adquisiciones espera más de 100 ms.",
        "One acquisition in twenty waits for more than 100 ms.",
        "Mira cuánto se retiene el lock (`lock_hold_duration_seconds`) y qué se hace mientras.",
        "Look at how long the lock is held (`lock_hold_duration_seconds`) and at what is done meanwhile.",
        _SLOW_WAIT,
        _FAST_WAIT,
        "Lock Wait Time (P95/P99)",
    ),
    Alert(
        "LockWaitCritical",
        "lock_name:lock_wait_duration_seconds:p99 > 1",
        "1m",
        "critical",
        "P99 de espera de {{ $value | humanizeDuration }} por «{{ $labels.lock_name }}»",
        'P99 wait of {{ $value | humanizeDuration }} for "{{ $labels.lock_name }}"',
        "Algún hilo espera más de un segundo: inanición, o un lock retenido durante una espera de E/S.",
        "Some thread waits for more than a second: starvation, or a lock held across I/O.",
        "`hilos run` sobre tu programa dice quién lo retiene y en qué línea.",
        "`hilos run` on your program says who holds it and at which line.",
        _SLOW_WAIT,
        _FAST_WAIT,
        "Lock Wait Time (P95/P99)",
    ),
    Alert(
        "LockHeldLong",
        "lock_name:lock_hold_duration_seconds:p95 > 0.5",
        "1m",
        "warning",
        "«{{ $labels.lock_name }}» se retiene {{ $value | humanizeDuration }} (P95)",
        '"{{ $labels.lock_name }}" is held for {{ $value | humanizeDuration }} (P95)',
        "La sección crítica es larga: probablemente hay E/S o cálculo dentro.",
        "The critical section is long: there probably is I/O or computing inside.",
        "Saca del bloque `with` lo que no toca los datos compartidos.",
        "Take out of the `with` block what does not touch shared data.",
        _SLOW_HOLD,
        _FAST_HOLD,
        "Lock Wait Time (P95/P99)",
    ),
    Alert(
        "NoLockActivity",
        'sum by (job) (rate(lock_acquisitions_total{job="locks"}[2m])) == 0',
        "1m",
        "info",
        "{{ $labels.job }} ya no adquiere ningún lock",
        "{{ $labels.job }} acquires no lock any more",
        "La lección sigue respondiendo, pero sus hilos no avanzan o han terminado.",
        "The lesson still answers, but its threads do not advance or have ended.",
        "Mira su registro con `./run.sh logs locks` y reiníciala con `./run.sh restart locks`.",
        "Look at its log with `./run.sh logs locks` and restart it with `./run.sh restart locks`.",
        (('lock_acquisitions_total{job="locks",lock_type="Lock",lock_name="cuenta"}', "5x40"),),
        (('lock_acquisitions_total{job="locks",lock_type="Lock",lock_name="cuenta"}', "0+5x40"),),
        "Lock Acquisitions by Type",
    ),
    Alert(
        "DeadlockDetected",
        "increase(deadlocks_detected_total[1m]) > 0",
        "0s",
        "critical",
        "Deadlock en {{ $labels.job }}",
        "Deadlock in {{ $labels.job }}",
        "Un ciclo se ha cerrado en el grafo de esperas: cada hilo tiene lo que el siguiente necesita.",
        "A cycle has closed in the wait-for graph: each thread holds what the next one needs.",
        "El registro de la lección muestra el ciclo con la pila de cada hilo. Elige una de las cuatro curas.",
        "The lesson's log shows the cycle with each thread's stack. Choose one of the four cures.",
        (('deadlocks_detected_total{job="deadlocks"}', "0+1x40"),),
        (('deadlocks_detected_total{job="deadlocks"}', "3x40"),),
        "Deadlocks (Detected vs Prevented)",
    ),
    Alert(
        "DeadlocksRepeated",
        "increase(deadlocks_detected_total[5m]) > 10",
        "1m",
        "critical",
        "Más de 10 deadlocks en 5 minutos en {{ $labels.job }}",
        "More than 10 deadlocks in 5 minutes in {{ $labels.job }}",
        "No es mala suerte: el programa toma los locks en órdenes opuestos por costumbre.",
        "It is not bad luck: the program takes its locks in opposite orders as a habit.",
        "Fija un orden total de los locks y tómalos siempre así.",
        "Fix a total order of the locks and always take them so.",
        (('deadlocks_detected_total{job="deadlocks"}', "0+2x40"),),
        (('deadlocks_detected_total{job="deadlocks"}', "0x20 1x20"),),
        "Deadlocks (Detected vs Prevented)",
    ),
    Alert(
        "DeadlockStrategyThrashing",
        "sum by (strategy) (rate(deadlocks_prevented_total[1m])) > 200",
        "1m",
        "warning",
        "La estrategia {{ $labels.strategy }} evita {{ $value | humanize }} ciclos por segundo",
        "The strategy {{ $labels.strategy }} avoids {{ $value | humanize }} cycles per second",
        "Reintentar tanto se parece a un livelock: mucho movimiento y poco avance.",
        "Retrying that much looks like a livelock: much movement and little progress.",
        "Añade espera aleatoria (jitter) entre intentos o cambia a un orden de locks.",
        "Add random waiting (jitter) between attempts or change to a lock order.",
        (('deadlocks_prevented_total{strategy="try_lock"}', "0+6000x40"),),
        (('deadlocks_prevented_total{strategy="try_lock"}', "0+30x40"),),
        "Deadlocks (Detected vs Prevented)",
    ),
    Alert(
        "LockOrderViolation",
        "increase(lock_order_violations_total[2m]) > 0",
        "0s",
        "warning",
        "Locks tomados en órdenes opuestos en {{ $labels.job }}",
        "Locks taken in opposite orders in {{ $labels.job }}",
        "Un deadlock que aún no ha ocurrido: basta que dos hilos se crucen en el peor momento.",
        "A deadlock that has not happened yet: two threads need only meet at the worst moment.",
        "El informe da las dos líneas: haz que ambas tomen los locks en el mismo orden.",
        "The report gives both lines: make both take the locks in the same order.",
        (('lock_order_violations_total{job="deadlocks"}', "0+1x40"),),
        (('lock_order_violations_total{job="deadlocks"}', "4x40"),),
        "Lock Order Violations",
    ),
    Alert(
        "LockTimeouts",
        "sum by (job) (rate(lock_timeout_failures_total[1m])) > 5",
        "30s",
        "warning",
        "{{ $value | humanize }} esperas por segundo se rinden en {{ $labels.job }}",
        "{{ $value | humanize }} waits per second give up in {{ $labels.job }}",
        "El tiempo límite es menor que lo que se retienen los locks.",
        "The time limit is shorter than the locks are held.",
        "Comprueba qué hace el programa cuando se rinde: el trabajo no debe perderse en silencio.",
        "Check what the program does when it gives up: the work must not be lost in silence.",
        (('lock_timeout_failures_total{job="locks"}', "0+150x40"),),
        (('lock_timeout_failures_total{job="locks"}', "0+15x40"),),
        "Lock Timeout Failures",
    ),
    Alert(
        "OperationSlow",
        "operation_type:concurrent_operation_duration_seconds:p95 > 1",
        "1m",
        "warning",
        "{{ $labels.operation_type }} tarda {{ $value | humanizeDuration }} (P95)",
        "{{ $labels.operation_type }} takes {{ $value | humanizeDuration }} (P95)",
        "La operación espera a otra: contención, o E/S dentro de una sección crítica.",
        "The operation waits for another: contention, or I/O inside a critical section.",
        "Compara con el mapa de calor: dos franjas separadas señalan la espera.",
        "Compare with the heatmap: two bands apart point at the wait.",
        _SLOW_OPERATION,
        _FAST_OPERATION,
        "Concurrent Operation Duration",
    ),
    Alert(
        "CpuSaturated",
        "cpu_usage_total > 90",
        "2m",
        "warning",
        "CPU al {{ $value | humanize }} %",
        "CPU at {{ $value | humanize }} %",
        "Todos los núcleos trabajan: más hilos o procesos ya no ayudan.",
        "All cores are at work: more threads or processes do not help any more.",
        "Reduce el trabajo o los trabajadores; mide antes de añadir más.",
        "Reduce the work or the workers; measure before adding more.",
        (("cpu_usage_total", "99x40"),),
        (("cpu_usage_total", "60x40"),),
        "CPU Usage by Core",
    ),
    Alert(
        "OneCoreSaturated",
        "max(cpu_usage_per_core) > 95 and avg(cpu_usage_per_core) < 75",
        "1m",
        "info",
        "Un núcleo lleno y el resto no",
        "One core full and the rest not",
        "El retrato del GIL, o de una parte secuencial: un solo hilo hace el trabajo de CPU.",
        "The portrait of the GIL, or of a serial part: one thread does all the CPU work.",
        "Lleva el trabajo de CPU a procesos (`basics/02_multiprocessing_basics.py`).",
        "Take the CPU work to processes (`basics/02_multiprocessing_basics.py`).",
        (('cpu_usage_per_core{core="cpu0"}', "99x40"), ('cpu_usage_per_core{core="cpu1"}', "5x40")),
        (('cpu_usage_per_core{core="cpu0"}', "99x40"), ('cpu_usage_per_core{core="cpu1"}', "98x40")),
        "CPU Usage by Core",
    ),
    Alert(
        "MemoryHigh",
        "memory_usage_percent > 85",
        "2m",
        "warning",
        "Memoria al {{ $value | humanize }} %",
        "Memory at {{ $value | humanize }} %",
        "Algo acumula datos más deprisa de lo que los consume.",
        "Something piles data up faster than it consumes them.",
        "Pon límite a las colas: la contrapresión frena a quien produce.",
        "Bound the queues: back-pressure slows down who produces.",
        (("memory_usage_percent", "90x40"),),
        (("memory_usage_percent", "60x40"),),
        "Memory Usage",
    ),
    Alert(
        "MemoryCritical",
        "memory_usage_percent > 95",
        "30s",
        "critical",
        "Memoria al {{ $value | humanize }} %",
        "Memory at {{ $value | humanize }} %",
        "El sistema está a punto de matar procesos para liberar memoria.",
        "The system is about to kill processes to free memory.",
        "Para lo que más ocupe: `monitoring/cpu_monitor.py` lo nombra.",
        "Stop what takes most: `monitoring/cpu_monitor.py` names it.",
        (("memory_usage_percent", "97x40"),),
        (("memory_usage_percent", "94x40"),),
        "Memory Usage",
    ),
    Alert(
        "LoadHigh",
        'system_load_average{interval="5m"} > 2 * scalar(count(cpu_usage_per_core))',
        "2m",
        "warning",
        "Carga de {{ $value | humanize }} en 5 minutos",
        "Load of {{ $value | humanize }} over 5 minutes",
        "Hay más del doble de tareas listas que núcleos para ejecutarlas.",
        "There are more than twice as many tasks ready as cores to run them.",
        "Baja el número de trabajadores hasta el de núcleos.",
        "Lower the number of workers to that of cores.",
        (('system_load_average{interval="5m"}', "9x40"), ('cpu_usage_per_core{core="cpu0"}', "99x40")),
        (('system_load_average{interval="5m"}', "1x40"), ('cpu_usage_per_core{core="cpu0"}', "99x40")),
        "CPU Usage by Core",
    ),
    Alert(
        "EventLoopLag",
        "histogram_quantile(0.99, sum by (le) (rate(websocket_event_loop_lag_seconds_bucket[1m]))) > 0.2",
        "30s",
        "warning",
        "El bucle de eventos se retrasa {{ $value | humanizeDuration }} (P99)",
        "The event loop lags by {{ $value | humanizeDuration }} (P99)",
        "Alguien trabaja dentro del bucle y los demás clientes esperan.",
        "Somebody works inside the loop and the other clients wait.",
        "Lleva ese trabajo a un proceso, como hace el servidor por omisión.",
        "Take that work to a process, as the server does by default.",
        _SLOW_LOOP,
        _FAST_LOOP,
        "WebSocket Event Loop Lag (P99)",
    ),
    Alert(
        "JobQueueBacklog",
        "sum(job_queue_waiting) > 100",
        "1m",
        "warning",
        "{{ $value }} trabajos en cola",
        "{{ $value }} jobs queued",
        "Llega más trabajo del que se hace.",
        "More work arrives than is done.",
        "Añade trabajadores si hay núcleos libres, o pon límite a la cola para frenar a quien encarga.",
        "Add workers if there are idle cores, or bound the queue to slow down who submits.",
        (('job_queue_waiting{priority="normal"}', "500x40"),),
        (('job_queue_waiting{priority="normal"}', "20x40"),),
        "Jobs Waiting and Running",
    ),
    Alert(
        "JobsFailing",
        'sum(rate(job_queue_finished_total{outcome="failed"}[2m])) / sum(rate(job_queue_finished_total[2m])) > 0.1',
        "1m",
        "warning",
        "El {{ $value | humanizePercentage }} de los trabajos muere",
        "{{ $value | humanizePercentage }} of the jobs die",
        "Agotan sus intentos y acaban en la lista de muertos.",
        "They use up their attempts and end in the dead-letter list.",
        "`hilos jobs dead ARCHIVO` los muestra, cada intento con su traza.",
        "`hilos jobs dead FILE` shows them, each attempt with its traceback.",
        (
            ('job_queue_finished_total{outcome="failed"}', "0+5x40"),
            ('job_queue_finished_total{outcome="done"}', "0+5x40"),
        ),
        (
            ('job_queue_finished_total{outcome="failed"}', "0x40"),
            ('job_queue_finished_total{outcome="done"}', "0+5x40"),
        ),
        "Jobs Finished by Outcome",
    ),
    Alert(
        "JobWorkersDying",
        "increase(job_queue_worker_deaths_total[5m]) > 3",
        "0s",
        "critical",
        "{{ $value | humanize }} procesos de trabajo muertos en 5 minutos",
        "{{ $value | humanize }} worker processes died in 5 minutes",
        "Algo mata a los trabajadores: la memoria, una extensión en C, alguien con kill.",
        "Something kills the workers: memory, a C extension, somebody with kill.",
        "Mira la memoria y el registro; los trabajos que tenían se repiten si pueden repetirse.",
        "Look at the memory and the log; the jobs that they had run again if they may.",
        (("job_queue_worker_deaths_total", "0+1x40"),),
        (("job_queue_worker_deaths_total", "7x40"),),
        "Jobs Finished by Outcome",
    ),
)
"""All alerts, in the order of the guide."""
