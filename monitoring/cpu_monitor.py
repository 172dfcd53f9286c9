"""Monitor de CPU: qué hace la máquina, qué la frena y cuánto cuesta mirarlo.

Medir la CPU es restar.  El sistema cuenta, desde que arrancó, el tiempo que cada núcleo pasó trabajando, esperando al
disco (iowait) y parado; el uso en un intervalo es lo que creció lo primero entre lo que creció todo.  Por eso toda
medida necesita dos lecturas y un tiempo entre ellas: más corto, más ruido; más largo, menos detalle.

    % por núcleo     media del intervalo.  Un hilo que calcula salta de núcleo en núcleo: «un núcleo ocupado» puede
                     verse como dos al 50 %.  La suma no engaña: 100 % es un núcleo entero.
    carga (load)     procesos que corren o esperan turno, en media de 1, 5 y 15 minutos.  Mayor que los núcleos: cola.
    cambios de contexto    voluntarios: el hilo esperó algo; involuntarios: le quitaron el núcleo porque había cola.

El cuello de botella, con su razón (función `diagnose`):

    un núcleo ocupado y los demás libres    una parte en serie, o el GIL si el proceso tiene varios hilos;
    todos ocupados                          faltan núcleos, o sobran tareas;
    esperas de disco con la CPU libre       el límite es la entrada y salida;
    memoria llena, o paginando              falta memoria: todo lo demás irá lento por eso.

Modos: sin más, una foto; `monitor`, en vivo hasta Ctrl+C; `prometheus`, las métricas en el puerto 8003; `experiment`,
provoca cuellos de botella de verdad y los reconoce.  Con --format csv o json, datos en vez de texto.

English abstract: a CPU monitor from psutil's raw counters: per-core use, memory, load, context switches, the course's
own processes, its own cost, and the bottleneck with its reason.  Modes: a snapshot, `monitor`, `prometheus` (8003) and
`experiment`; CSV and JSON output.  Walk-through: docs/en/lessons/cpu_monitor.md.
"""

import csv
import dataclasses
import json
import sys
import textwrap
import threading
import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import psutil

from hilos import lesson, ports
from hilos.errors import UsageError
from hilos.lesson import children
from hilos.lesson.outfile import written
from hilos.metrics import Metrics

_ = lesson.translator("cpu_monitor")

ROOT = Path(__file__).resolve().parent.parent
MODES = ("snapshot", "monitor", "prometheus", "experiment")
MB = 1_000_000


# --- 1. Qué es una lectura -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Use:
    """Lo que gastó un proceso en el intervalo; `cores` es CPU entre reloj, y los cambios de contexto, por segundo."""

    pid: int
    name: str
    cores: float
    threads: int
    memory_mb: float
    voluntary: float
    involuntary: float


@dataclass(frozen=True, slots=True)
class Reading:
    """La máquina durante un intervalo de `seconds`.  Porcentajes de 0 a 100; `own` es % de un núcleo."""

    when: float
    seconds: float
    cores: tuple[float, ...]
    iowait: float
    memory_percent: float
    memory_used_mb: float
    swapped_in_mb: float
    load: tuple[float, float, float]
    switches: float
    interrupts: float
    processes: tuple[Use, ...]
    busiest: Use | None
    own: float

    @property
    def total(self) -> float:
        return sum(self.cores) / len(self.cores)


# --- 2. Tomarla: restar contadores -----------------------------------------------------------------------------------


def busy_and_all(times):
    """De los contadores de un núcleo: segundos trabajando, y segundos en total."""
    counted = sum(times) - getattr(times, "guest", 0.0) - getattr(times, "guest_nice", 0.0)  # ya están en user y nice
    return counted - times.idle - getattr(times, "iowait", 0.0), counted


def percent(part, whole):
    return min(max(100.0 * part / whole, 0.0), 100.0) if whole > 0 else 0.0


class Sampler:
    """Guarda los contadores de la última vez; `take` los resta de los de ahora."""

    def __init__(self):
        self._processes = {}  # (pid, cuándo se creó) -> segundos de CPU y cambios de contexto
        self._names = {}
        self._mark()
        self._watch(1.0)  # la primera vista de los procesos solo sirve para restar

    def _mark(self):
        self.clock = time.perf_counter()
        self.cpu = psutil.cpu_times(percpu=True)
        self.stats = psutil.cpu_stats()
        self.swapped = psutil.swap_memory().sin
        self.own = time.process_time()

    def take(self):
        """La lectura desde la anterior hasta ahora."""
        clock, cpu, stats, swapped, own = self.clock, self.cpu, self.stats, self.swapped, self.own
        self._mark()
        seconds = max(self.clock - clock, 1e-6)
        spent = [
            [new - old for new, old in zip(now, then, strict=True)] for now, then in zip(self.cpu, cpu, strict=True)
        ]
        spent = [type(self.cpu[0])(*each) for each in spent]
        memory = psutil.virtual_memory()
        processes, busiest = self._watch(seconds)
        return Reading(
            when=time.time(),
            seconds=seconds,
            cores=tuple(percent(*busy_and_all(each)) for each in spent),
            iowait=percent(
                sum(getattr(each, "iowait", 0.0) for each in spent), sum(busy_and_all(each)[1] for each in spent)
            ),
            memory_percent=percent(memory.total - memory.available, memory.total),
            memory_used_mb=memory.used / MB,
            swapped_in_mb=max(self.swapped - swapped, 0) / MB / seconds,
            load=tuple(psutil.getloadavg()),
            switches=(self.stats.ctx_switches - stats.ctx_switches) / seconds,
            interrupts=(self.stats.interrupts - stats.interrupts) / seconds,
            processes=processes,
            busiest=busiest,
            own=100.0 * (self.own - own) / seconds,
        )

    def _watch(self, seconds):
        """Los procesos del curso, y el que más CPU gastó de todos los que se dejan ver."""
        seen, course, busiest = {}, [], None
        for process in psutil.process_iter():
            try:
                with process.oneshot():
                    key = process.pid, process.create_time()
                    times = process.cpu_times()
                    before = self._processes.get(key, (None, 0, 0))
                    spent = times.user + times.system
                    cores = 0.0 if before[0] is None else max(spent - before[0], 0.0) / seconds
                    name = self._name(key, process)
                    turns = context_switches(process) if name else None
                    seen[key] = (spent, *(turns or (0, 0)))
                    if not name and (busiest is None or cores <= busiest.cores):
                        continue
                    rates = [
                        (new - old) / seconds if turns and before[0] is not None else 0.0
                        for new, old in zip(seen[key][1:], before[1:], strict=True)
                    ]
                    use = Use(
                        process.pid,
                        name or process.name(),
                        cores,
                        process.num_threads(),
                        process.memory_info().rss / MB,
                        *rates,
                    )
            except (psutil.Error, OSError):
                continue  # acabó mientras se miraba, o es de otro usuario
            if name:
                course.append(use)
            if busiest is None or cores > busiest.cores:
                busiest = use
        self._processes = seen
        self._names = {key: name for key, name in self._names.items() if key in seen}
        return tuple(sorted(course, key=lambda use: -use.cores)), busiest

    def _name(self, key, process):
        """Cómo se llama un proceso del curso: su fichero, o el de su padre; vacío si no es del curso."""
        if key in self._names:
            return self._names[key]
        name = course_script(process.cmdline())
        if not name:
            above = next((value for (pid, _created), value in self._names.items() if pid == process.ppid()), "")
            name = f"{above.removesuffix(' +')} +" if above else ""
        # Un proceso recién creado puede tener aún la línea de órdenes de su padre: se le vuelve a preguntar.
        if name or time.time() - key[1] > 5:
            self._names[key] = name
        return name


def context_switches(process):
    """Cambios de contexto voluntarios e involuntarios de todos los hilos del proceso, desde que empezó."""
    tasks = Path(f"/proc/{process.pid}/task")
    if not tasks.is_dir():
        return tuple(process.num_ctx_switches())
    # En Linux psutil da los del hilo principal; aquí interesan todos.
    counts = [0, 0]
    for status in tasks.glob("*/status"):
        try:
            lines = status.read_text().splitlines()
        except (FileNotFoundError, ProcessLookupError):
            continue  # Ese hilo acabó mientras se leía la lista.
        for line in lines:
            name, _colon, value = line.partition(":")
            if name.endswith("voluntary_ctxt_switches"):
                counts[name.startswith("non")] += int(value)
    return tuple(counts)


def course_script(command):
    """El fichero del curso que ejecuta una línea de órdenes, relativo a su raíz; vacío si no es ninguno."""
    for argument in command[1:3]:
        if argument.endswith(".py"):
            for folder in (Path.cwd(), ROOT):
                path = (folder / argument).resolve()
                if path.is_file() and path.is_relative_to(ROOT):
                    return path.relative_to(ROOT).as_posix()
    return ""


# --- 3. Interpretarla: el cuello de botella --------------------------------------------------------------------------


class Bottleneck(StrEnum):
    MEMORY = "memory"
    WAITING = "io"
    ALL_BUSY = "all_busy"
    ONE_CORE = "one_core"
    SOME = "some_busy"
    IDLE = "idle"


FULL_MEMORY, SWAPPING = 92.0, 1.0  # % de memoria; MB/s que vuelven del disco
MUCH_WAITING = 20.0  # % del tiempo esperando al disco con la CPU libre
ALL, FREE = 85.0, 15.0  # % de uso de la máquina


def diagnose(reading):
    """El primer límite que se cumple, de más a menos grave."""
    busy = sum(reading.cores) / 100
    most = reading.busiest.cores if reading.busiest else 0.0
    if reading.memory_percent >= FULL_MEMORY or reading.swapped_in_mb >= SWAPPING:
        return Bottleneck.MEMORY
    if reading.iowait >= MUCH_WAITING and reading.total < ALL:
        return Bottleneck.WAITING
    if reading.total >= ALL:
        return Bottleneck.ALL_BUSY
    if len(reading.cores) > 1 and 0.75 <= busy <= 1.5 and (0.75 <= most <= 1.25 or max(reading.cores) >= ALL):
        return Bottleneck.ONE_CORE
    return Bottleneck.IDLE if reading.total < FREE else Bottleneck.SOME


def reason(found, reading):
    """Por qué se dice eso, con los números de la lectura."""
    top, busy = reading.busiest, sum(reading.cores) / 100
    if found is Bottleneck.MEMORY:
        return _("Memoria: en uso el {used:.0f} %, y {swapped:.1f} MB/s vuelven del disco. Falta memoria.").format(
            used=reading.memory_percent, swapped=reading.swapped_in_mb
        )
    if found is Bottleneck.WAITING:
        return _("Entrada y salida: el {wait:.0f} % del tiempo se espera al disco con la CPU al {cpu:.0f} %.").format(
            wait=reading.iowait, cpu=reading.total
        )
    if found is Bottleneck.ALL_BUSY:
        return _(
            "CPU: los {n} núcleos están ocupados ({cpu:.0f} %) y la carga es {load:.1f}. Más hilos no ayudan."
        ).format(n=len(reading.cores), cpu=reading.total, load=reading.load[0])
    if found is Bottleneck.ONE_CORE:
        if top is None or top.cores < 0.75:
            return _("Un núcleo: trabajan {busy:.1f} de {n} y el resto está libre: una parte en serie.").format(
                busy=busy, n=len(reading.cores)
            )
        if top.threads > 1:
            why = _("Un núcleo de {n}: «{name}» usa {cores:.2f} y tiene {threads} hilos. Si es Python, el GIL.")
        else:
            why = _("Un núcleo de {n}: «{name}» usa {cores:.2f} con {threads} hilo: trabaja en serie.")
        return why.format(n=len(reading.cores), name=top.name, cores=top.cores, threads=top.threads)
    if found is Bottleneck.SOME:
        return _("Ninguno claro: trabajan {busy:.1f} de {n} núcleos.").format(busy=busy, n=len(reading.cores))
    return _("Ninguno: la CPU está al {cpu:.0f} % y la memoria al {memory:.0f} %.").format(
        cpu=reading.total, memory=reading.memory_percent
    )


# --- 4. Mostrarla ----------------------------------------------------------------------------------------------------


def bar(value, width=24):
    full = round(value / 100 * width)
    return "#" * full + "." * (width - full)


def core_lines(cores):
    """Una barra por núcleo, en varias columnas si son muchos."""
    across, width = (1, 24) if len(cores) <= 8 else (2, 16) if len(cores) <= 32 else (4, 2)
    cells = [f"cpu{number:<5}{bar(value, width)} {value:5.1f} %" for number, value in enumerate(cores)]
    return ["  ".join(cells[start : start + across]) for start in range(0, len(cells), across)]


def picture(reading, width=76):
    """La lectura como líneas de texto de `width` columnas a lo sumo."""
    lines = core_lines(reading.cores)
    lines.append(f"{'CPU':8}{bar(reading.total)} {reading.total:5.1f} %   iowait {reading.iowait:.1f} %")
    memory = f"{bar(reading.memory_percent)} {reading.memory_percent:5.1f} %   {reading.memory_used_mb:,.0f} MB"
    lines.append(f"{_('memoria'):8}{memory}")
    lines.append(f"{_('carga'):8}" + "  ".join(f"{each:.2f}" for each in reading.load) + "  (1, 5, 15 min)")
    counts = _("por segundo: {switches:,.0f} cambios de contexto, {interrupts:,.0f} interrupciones")
    lines += [counts.format(switches=reading.switches, interrupts=reading.interrupts), ""]
    heads = (_("núcleos"), _("hilos"), "MB", _("esperó/s"), _("quitado/s"), _("proceso (+: hijo)"))
    lines.append("{:>7} {:>7} {:>7} {:>9} {:>10}  {}".format(*heads))
    for use in reading.processes[:8]:
        turns = f"{use.voluntary:9.0f} {use.involuntary:10.0f}"
        lines.append(f"{use.cores:7.2f} {use.threads:7} {use.memory_mb:7.1f} {turns}  {Path(use.name).name}")
    if len(reading.processes) > 8:
        lines.append(_("… y {n} procesos más").format(n=len(reading.processes) - 8))
    cost = _("Mirar cuesta: este monitor usó el {own:.1f} % de un núcleo en {seconds:.1f} s.")
    lines += ["", cost.format(own=reading.own, seconds=reading.seconds)]
    return [line[:width] for line in lines]


def brief(reading):
    """La lectura en una línea."""
    return _("{time}  CPU {cpu:5.1f} %  memoria {memory:4.1f} %  carga {load:5.2f}  {found}").format(
        time=time.strftime("%H:%M:%S", time.localtime(reading.when)),
        cpu=reading.total,
        memory=reading.memory_percent,
        load=reading.load[0],
        found=diagnose(reading).value,
    )


def columns(reading):
    """La lectura como una fila de CSV: nombre de columna y valor."""
    row = {"time": round(reading.when, 3), "seconds": round(reading.seconds, 3), "cpu_total": round(reading.total, 2)}
    row |= {f"cpu{number}": round(value, 2) for number, value in enumerate(reading.cores)}
    row |= {"iowait": round(reading.iowait, 2), "memory_percent": round(reading.memory_percent, 2)}
    row |= {"memory_used_mb": round(reading.memory_used_mb, 1)}
    row |= dict(zip(("load_1m", "load_5m", "load_15m"), (round(each, 2) for each in reading.load), strict=True))
    row |= {
        "context_switches_per_second": round(reading.switches, 1),
        "interrupts_per_second": round(reading.interrupts, 1),
    }
    return row | {"bottleneck": diagnose(reading).value, "monitor_percent": round(reading.own, 2)}


def record(stream, style, reading, first):
    """Escribe la lectura en `stream`: una fila de CSV (con cabecera la primera vez) o un objeto JSON en una línea."""
    if style == "json":
        whole = dataclasses.asdict(reading) | {"total": reading.total, "bottleneck": diagnose(reading).value}
        rounded = json.loads(json.dumps(whole), parse_float=lambda digits: round(float(digits), 3))
        stream.write(json.dumps(rounded, ensure_ascii=False) + "\n")
    else:
        row = columns(reading)
        writer = csv.DictWriter(stream, list(row))
        if first:
            writer.writeheader()
        writer.writerow(row)
    stream.flush()


# --- 5. Los modos ----------------------------------------------------------------------------------------------------


def readings(interval, count):
    """Una lectura cada `interval` segundos; `count` de ellas, o sin fin si es None."""
    sampler, taken = Sampler(), 0
    due = time.monotonic()
    while count is None or taken < count:
        due += interval  # al compás del reloj, y no «dormir otro tanto»: lo que cuesta mirar no retrasa las siguientes
        time.sleep(max(due - time.monotonic(), 0.0))
        yield sampler.take()
        taken += 1


def snapshot(tell, options):
    tell.title(_("Monitor de CPU"), _("Qué hace la máquina, qué la frena y cuánto cuesta mirarlo."))
    reading = next(readings(options.extra.interval, 1))
    for line in picture(reading, tell.width - 4):
        tell.code(line)
    found = diagnose(reading)
    tell.result(
        found in (Bottleneck.IDLE, Bottleneck.SOME), _("Cuello de botella. {why}").format(why=reason(found, reading))
    )
    tell.where(diagnose)
    tell.next_step(_("En vivo; o provoca cuellos de botella y míralos:"), "python3 monitoring/cpu_monitor.py monitor")
    tell.code("$ python3 monitoring/cpu_monitor.py experiment")


def monitor(tell, options):
    count = 1 if options.once else options.extra.count
    try:
        with tell.live() as live:
            for reading in readings(options.extra.interval, count):
                why = reason(diagnose(reading), reading)
                lines = [*picture(reading, tell.width), *textwrap.wrap(why, tell.width), _("Ctrl+C termina.")]
                live.show(lines, brief=[brief(reading)])
    except KeyboardInterrupt:
        tell.say(_("Fin del monitor."))


def data(options, style):
    """Lecturas como CSV o JSON, a la salida o a un fichero, sin nada más."""
    monitoring = options.extra.mode == "monitor"
    count = 1 if options.once or not monitoring else options.extra.count
    stream = written(Path(options.extra.output)) if options.extra.output else None
    try:
        if stream is None:
            for number, reading in enumerate(readings(options.extra.interval, count)):
                record(sys.stdout, style, reading, number == 0)
        else:
            with stream as file:
                for number, reading in enumerate(readings(options.extra.interval, count)):
                    record(file, style, reading, number == 0)
    except KeyboardInterrupt:
        if count == 1:
            raise  # se pidió una lectura y no la hay; en cambio, un monitor siempre acaba así


def publish(metrics, reading):
    """La lectura en las métricas que Prometheus recoge."""
    metrics.gauge("cpu_usage_total").set(reading.total)
    for number, value in enumerate(reading.cores):
        metrics.gauge("cpu_usage_per_core").labels(core=f"cpu{number}").set(value)
    metrics.gauge("memory_usage_percent").set(reading.memory_percent)
    metrics.gauge("memory_used_mb").set(reading.memory_used_mb)
    for interval, value in zip(("1m", "5m", "15m"), reading.load, strict=True):
        metrics.gauge("system_load_average").labels(interval=interval).set(value)


def prometheus(tell, options):
    metrics = Metrics()
    publish(metrics, next(readings(0.2, 1)))  # que nadie recoja ceros antes de la primera lectura
    with lesson.exporting(metrics, 0 if options.once else options.extra.port) as url:
        tell.title(_("Monitor de CPU para Prometheus"), _("Métricas en {url}").format(url=url))
        tell.table(
            [_("métrica"), _("valor ahora")],
            [(sample, f"{value:.2f}") for sample, value in exported(metrics)],
        )
        if options.once:
            return
        tell.say(_("Se leen cada {seconds:g} s. Ctrl+C termina.").format(seconds=options.extra.interval))
        try:
            for reading in readings(options.extra.interval, None):
                publish(metrics, reading)
        except KeyboardInterrupt:
            tell.say(_("Hasta luego: el servidor de métricas se ha cerrado."))


def exported(metrics):
    """Cada serie con sus etiquetas, como la escribirías en una consulta, y su valor."""
    for family in metrics.registry.collect():
        for sample in family.samples:
            labels = ",".join(f'{name}="{value}"' for name, value in sample.labels.items())
            yield (f"{sample.name}{{{labels}}}" if labels else sample.name), sample.value


# --- 6. Provocar cuellos de botella ----------------------------------------------------------------------------------


def compute(enough):
    while not enough.is_set():
        for _number in range(10_000):
            pass


def compute_in_threads(threads, seconds):
    """Un proceso con varios hilos que calculan: con GIL, entre todos suman un núcleo."""
    enough = threading.Event()
    working = [threading.Thread(target=compute, args=(enough,), name=f"cálculo-{n}") for n in range(threads)]
    for thread in working:
        thread.start()
    enough.wait(seconds)
    enough.set()
    for thread in working:
        thread.join()


def seen_during(context, plan, seconds):
    """La lectura de `seconds` tomada mientras corren los procesos de `plan`: cuántos hilos tiene cada uno."""
    sampler = Sampler()
    working = [context.Process(target=compute_in_threads, args=(threads, 60), name="carga") for threads in plan]
    for child in working:
        child.start()
    try:
        time.sleep(0.5 if plan else 0.0)  # que hayan arrancado
        sampler.take()
        time.sleep(seconds)
        return sampler.take()
    finally:
        for child in working:
            child.terminate()
        for child in working:
            child.join()


def experiment(tell, options):
    tell.title(_("Cuellos de botella provocados"), _("Una carga de verdad, una lectura y lo que el monitor deduce."))
    context, cores = children.context("spawn"), psutil.cpu_count() or 1
    seconds = 0.8 if options.fast else 3.0
    plans = [
        (_("nada: como está la máquina"), []),
        (_("un proceso con cuatro hilos que calculan"), [4]),
        (_("un proceso que calcula por núcleo"), [1] * cores),
    ]
    with children.reaped():
        for text, plan in plans:
            tell.section(text)
            with tell.progress(_("Midiendo")):
                reading = seen_during(context, plan, seconds)
            for line in picture(reading, tell.width - 4):
                tell.code(line)
            found = diagnose(reading)
            tell.result(found in (Bottleneck.IDLE, Bottleneck.SOME), reason(found, reading))
            if plan:
                got = sum(use.cores for use in reading.processes if use.name.endswith(" +"))
                tell.note(_("Esta carga recibió {got:.2f} núcleos de {n}.").format(got=got, n=cores))
    tell.note(_("Lo que ya hubiera en la máquina se suma a cada experimento: por eso el primero es no hacer nada."))
    tell.where(seen_during)


# --- 7. Opciones -----------------------------------------------------------------------------------------------------


def configure(parser):
    parser.add_argument(
        "mode",
        nargs="?",
        choices=MODES,
        default="snapshot",
        metavar="|".join(MODES),
        help=_("qué hacer; sin nada, una foto (snapshot)"),
    )
    parser.add_argument(
        "--port",
        type=lesson.port_number,
        default=ports.CPU.port,
        metavar="N",
        help=_("puerto de las métricas (por omisión, {port})").format(port=ports.CPU.port),
    )
    parser.add_argument(
        "--interval", type=lesson.duration, metavar="S", help=_("segundos de cada lectura (por omisión, 1)")
    )
    parser.add_argument("--count", type=lesson.positive, metavar="N", help=_("con monitor: acaba tras N lecturas"))
    parser.add_argument(
        "--format", choices=("text", "csv", "json"), help=_("texto, filas CSV o un objeto JSON por línea")
    )
    parser.add_argument("--output", metavar="FICHERO", help=_("con csv o json: escribe ahí en vez de en la pantalla"))


def style_of(extra):
    """Formato pedido, o el que dice el nombre del fichero.  UsageError si no casan."""
    style = extra.format
    if style is None and extra.output:
        style = {".csv": "csv", ".json": "json", ".jsonl": "json"}.get(Path(extra.output).suffix.lower())
    if extra.output and style in (None, "text"):
        raise UsageError(_("--output guarda datos: añade --format csv o --format json."))
    if style in ("csv", "json") and extra.mode in ("prometheus", "experiment"):
        raise UsageError(
            _("--format {style} no va con el modo {mode}: sirve con snapshot y monitor.").format(
                style=style, mode=extra.mode
            )
        )
    if extra.count is not None and extra.mode != "monitor":
        raise UsageError(_("--count solo sirve con el modo monitor."))
    return style or "text"


def teach(tell, options):
    style = style_of(options.extra)
    if options.extra.interval is None:
        options.extra.interval = 0.3 if options.fast else 1.0
    if style != "text":
        data(options, style)
    else:
        {"snapshot": snapshot, "monitor": monitor, "prometheus": prometheus, "experiment": experiment}[
            options.extra.mode
        ](tell, options)


def main():
    return lesson.run(
        teach, configure=configure, description=_("Uso de CPU, memoria y procesos, y qué frena la máquina.")
    )


if __name__ == "__main__":
    raise SystemExit(main())
