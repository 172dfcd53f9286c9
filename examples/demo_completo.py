"""Un sistema completo de procesamiento de imágenes: cola, trabajadores fijados a CPU, monitor, estadísticas.

Es el trabajo de CPU más común que hay, y de los que mejor se reparten: cada imagen y cada filtro son independientes.
Aun así, entre «funciona en mi portátil» y un sistema hay decisiones que este archivo toma a la vista:

* **Repartir.** Una cola de prioridades (`hilos.jobs`) da a cada trabajador lo siguiente en cuanto termina: así se
  equilibra la carga aunque unas imágenes sean diez veces mayores que otras. Repartirlas de antemano a partes iguales
  dejaría a alguien sin nada que hacer mientras otro acaba.
* **Procesos o hilos.** Pillow suelta el GIL dentro de sus filtros y los hilos también ganan; lo que se hace en Python,
  no. `--backend` deja medirlo: threads, processes, interpreters o cluster.
* **Fijar a una CPU** (CPU affinity). El sistema ya reparte bien; fijar evita que un proceso salte de núcleo y pierda su
  caché, y a cambio le impide ir al que esté libre. Se mide de las dos maneras, que es la única de saberlo.
* **Fallar por partes.** Una imagen rota, una bomba de descompresión o un disco lleno se anotan junto a su archivo, y lo
  demás sigue. Si matan a un trabajador, su imagen se procesa otra vez.
* **No dejar nada a medias.** Cada resultado se escribe al lado y se renombra: o está entero, o no está.
* **Comprobar.** Todos los resultados se comparan, píxel a píxel, con los de una ejecución secuencial.

Sin argumentos usa las imágenes de muestra que trae la biblioteca mahotas. Con las tuyas:

    python3 examples/demo_completo.py --input ~/fotos --output ~/fotos-procesadas

In English: a whole image-processing system on hilos.jobs: real images, CPU affinity, live monitor, load per CPU,
detailed statistics, a contact sheet, and every result checked against a sequential run.
Walk-through: docs/en/lessons/demo.md
"""

import argparse
import contextlib
import hashlib
import importlib.util
import os
import shutil
import signal
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from PIL import Image, ImageDraw, ImageFilter, ImageOps, UnidentifiedImageError

from hilos import lesson
from hilos.errors import UsageError
from hilos.jobs import GiveUp, Job, Priority, ProcessWorkers, Queue, executor_for
from hilos.jobs.affinity import allowed_cpus, can_pin
from hilos.jobs.live import LiveView
from hilos.jobs.metrics import QueueMetrics
from hilos.jobs.processes import usable_cpus
from hilos.locale import using
from hilos.metrics import Metrics

_ = lesson.translator("demo")

PRELOAD = ("numpy", "psutil", "PIL.Image", "PIL.ImageDraw", "PIL.ImageFilter", "PIL.ImageOps", "hilos.lesson")
"""Lo que tarda en importarse: así se importa una vez, y no en cada proceso."""

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp", ".gif"}
THUMBNAIL = 160


# --- Los filtros: de una imagen a otra, sin saber nada de hilos ni de archivos ----------------------------------------


# region: filters
def blur(image: Image.Image) -> Image.Image:
    """Desenfoque gaussiano (Pillow, en C: suelta el GIL)."""
    return image.filter(ImageFilter.GaussianBlur(4))


def edges(image: Image.Image) -> Image.Image:
    """Bordes: módulo del gradiente de Sobel, con NumPy."""
    gray = np.asarray(image.convert("L"), dtype=np.float32)
    padded = np.pad(gray, 1, mode="edge")
    rows = padded[2:] - padded[:-2]
    columns = padded[:, 2:] - padded[:, :-2]
    vertical = rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:]
    horizontal = columns[:-2] + 2 * columns[1:-1] + columns[2:]
    return Image.fromarray(np.clip(np.hypot(horizontal, vertical), 0, 255).astype(np.uint8))


def enlarge(image: Image.Image) -> Image.Image:
    """El doble de ancho y de alto, con el filtro de Lanczos."""
    return image.resize((image.width * 2, image.height * 2), Image.Resampling.LANCZOS)


def equalize(image: Image.Image) -> Image.Image:
    """Ecualización del histograma: reparte los tonos por todo el rango."""
    return ImageOps.equalize(image)


def thumbnail(image: Image.Image) -> Image.Image:
    """Miniatura para la hoja de contactos."""
    small = image.copy()
    small.thumbnail((THUMBNAIL, THUMBNAIL))
    return small


FILTERS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "thumbnail": thumbnail,
    "blur": blur,
    "edges": edges,
    "enlarge": enlarge,
    "equalize": equalize,
}
# endregion


@dataclass(frozen=True, slots=True)
class Outcome:
    """Lo que vuelve de un trabajo: nunca la imagen, que costaría más de enviar que de procesar."""

    source: str
    filter: str
    digest: str
    pixels: int
    seconds: float
    worker: str


# region: process
def process(source: str, name: str, target: str, partial: str, limit: int, spoken: str) -> Outcome:
    """Un trabajo entero: lee una imagen, le pasa un filtro y escribe el resultado, o nada.

    `partial` es la carpeta de los archivos a medio escribir: está en el mismo disco, así que renombrar es un solo paso.
    `limit` es el máximo de píxeles: una imagen de pocos bytes puede ocupar gigas al abrirse.
    """
    begin = time.perf_counter()
    with using(spoken):  # los errores se dicen en el idioma de quien lo pidió, también desde otro proceso
        image = read(source, limit)
    result = FILTERS[name](image)
    handle, temporary = tempfile.mkstemp(dir=partial, suffix=".png")
    try:
        with os.fdopen(handle, "wb") as file:
            result.save(file, "PNG", compress_level=1)
        Path(temporary).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise
    digest = hashlib.sha256(result.tobytes()).hexdigest()
    worker = f"{os.getpid()}/{threading.current_thread().name}"
    return Outcome(source, name, digest, image.width * image.height, time.perf_counter() - begin, worker)


# endregion


def read(source: str, limit: int) -> Image.Image:
    """La imagen de `source` en RGB. Lo que no tiene arreglo se dice con GiveUp: reintentarlo no serviría."""
    Image.MAX_IMAGE_PIXELS = None  # el límite lo ponemos nosotros, y antes de descomprimir
    try:
        with Image.open(source) as image:
            if image.width * image.height > limit:
                raise GiveUp(
                    _(
                        "{megapixels:.0f} megapíxeles, y el límite es {limit:.0f} (cámbialo con --max-megapixels)"
                    ).format(megapixels=image.width * image.height / 1e6, limit=limit / 1e6)
                )
            return ImageOps.exif_transpose(image).convert("RGB")
    except UnidentifiedImageError:
        raise GiveUp(_("no es una imagen, o está dañada")) from None
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise GiveUp(_("no se puede leer: {reason}").format(reason=error.strerror)) from None
        raise GiveUp(_("está dañada: {reason}").format(reason=error)) from None


# --- De dónde salen las imágenes -------------------------------------------------------------------------------------


def find_images(folder: Path, output: Path) -> tuple[list[Path], list[tuple[Path, str]]]:
    """Las imágenes de `folder` y de lo que cuelga de ella, y las carpetas que no se dejaron leer, con su motivo.

    Lo que haya en `output` son resultados de otra vez, aunque esté dentro.
    """
    unreadable: list[tuple[Path, str]] = []

    def note(error: OSError) -> None:
        unreadable.append((Path(error.filename or folder), error.strerror or str(error)))

    found = [
        Path(parent, name)
        for parent, _folders, names in os.walk(folder, onerror=note)
        for name in names
        if Path(name).suffix.lower() in SUFFIXES and not Path(parent).resolve().is_relative_to(output.resolve())
    ]
    return sorted(found), unreadable


def sample_images(folder: Path, few: bool) -> list[Path]:
    """Las imágenes que trae mahotas, y detalles recortados de las dos mayores, escritos en `folder`."""
    spec = importlib.util.find_spec("mahotas")  # solo se buscan sus archivos: la biblioteca no se importa
    if spec is None or not spec.submodule_search_locations:
        raise UsageError(
            _("No está instalada mahotas, que trae las imágenes de muestra.\nUsa las tuyas con --input CARPETA.")
        )
    data = Path(spec.submodule_search_locations[0], "demos", "data")
    photos = [data / name for name in ("DepartmentStore.jpg", "luispedro.jpg", "nuclear.png") if (data / name).exists()]
    cuts = []
    for photo in photos:
        with Image.open(photo) as image:
            if image.width < 1000:
                continue
            for number in range(4):
                left, top = number % 2 * image.width // 2, number // 2 * image.height // 2
                cut = folder / f"{photo.stem}_{number + 1}.png"
                image.crop((left, top, left + image.width // 2, top + image.height // 2)).save(cut, compress_level=1)
                cuts.append(cut)
    return [photos[1], *cuts[:4]] if few else [*photos, *cuts]


# --- Una ejecución ----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Run:
    """Lo que dio una ejecución: resultados, fallos por archivo, segundos, y la carga media de cada CPU."""

    outcomes: list[Outcome]
    failures: list[tuple[str, str, str]]
    seconds: float
    load: list[float]
    lost: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """Qué hay que hacer: las imágenes, dónde se escribe, y el límite de píxeles."""

    images: Sequence[Path]
    output: Path
    partial: Path
    limit: int

    def calls(self) -> Iterator[tuple[str, str, str, str, int, str]]:
        """Los argumentos de cada trabajo: las miniaturas primero, que son lo que se ve antes."""
        root = os.path.commonpath([image.parent for image in self.images]) if self.images else ""
        for name in FILTERS:
            for image in self.images:
                # Dos carpetas pueden tener una foto con el mismo nombre: el camino entero lo distingue.
                flat = "_".join(image.relative_to(root).parts)
                target = str(self.output / f"{flat}.{name}.png")
                yield str(image), name, target, str(self.partial), self.limit, lesson.language()


def sequential(plan: Plan) -> Run:
    """Todo, en este hilo y uno detrás de otro: la referencia de los resultados y del tiempo."""
    outcomes, failures = [], []
    begin = time.perf_counter()
    for call in plan.calls():
        try:
            outcomes.append(process(*call))
        except (GiveUp, OSError) as error:
            failures.append((call[0], call[1], str(error)))
    return Run(outcomes, failures, time.perf_counter() - begin, [])


# region: parallel
def parallel(plan: Plan, queue: Queue, watch: bool = False, during: Callable[[], None] | None = None) -> Run:
    """Lo mismo, con una cola. Cada fallo queda en su trabajo; los demás siguen."""
    with contextlib.ExitStack() as stack:
        load = stack.enter_context(CpuLoad()) if watch else None
        if watch:
            stack.enter_context(LiveView(queue))
        begin = time.perf_counter()
        jobs = [
            queue.submit(
                process,
                *call,
                priority=Priority.HIGH if call[1] == "thumbnail" else Priority.NORMAL,
                name=f"{call[1]} {Path(call[0]).name}",
            )
            for call in plan.calls()
        ]
        if during is not None:
            during()
        queue.join()
        seconds = time.perf_counter() - begin
    return Run(
        [job.result() for job in jobs if job.state == "done"],
        [(*failed(job), reason_of(job)) for job in jobs if job.state == "failed"],
        seconds,
        load.mean() if load is not None else [],
        queue.stats().lost,
    )


# endregion


def failed(job: Job[Any]) -> tuple[str, str]:
    """Imagen y filtro de un trabajo."""
    return str(job.args[0]), str(job.args[1])


def reason_of(job: Job[Any]) -> str:
    """Por qué falló, en una línea: el mensaje del error si lo escribimos nosotros, y si no, también su tipo."""
    cause = job._cause
    if isinstance(cause, GiveUp):
        return str(cause)
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror
    return job.errors[-1].strip().splitlines()[-1]


class CpuLoad:
    """Mide la carga de cada CPU mientras dura el bloque, cuatro veces por segundo."""

    def __init__(self) -> None:
        self._samples: list[list[float]] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._measure, name="monitor", daemon=True)

    def __enter__(self) -> "CpuLoad":
        psutil.cpu_percent(percpu=True)  # la primera llamada solo pone el punto de partida
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._stop.set()
        self._thread.join()
        self._samples.append(psutil.cpu_percent(percpu=True))

    def _measure(self) -> None:
        while not self._stop.wait(0.25):
            self._samples.append(psutil.cpu_percent(percpu=True))

    def mean(self) -> list[float]:
        """Carga media de cada CPU, en %."""
        return [sum(values) / len(values) for values in zip(*self._samples, strict=True)]


def make_queue(backend: str, workers: int, pinned: bool = False, address: str | None = None) -> Queue:
    """Una cola sobre el motor pedido; con `pinned`, cada proceso fijado a una CPU."""
    if backend == "processes":
        cpus = allowed_cpus()
        pins = [[cpus[n % len(cpus)]] for n in range(workers)] if pinned and cpus else []
        return Queue(lambda: ready(ProcessWorkers(workers, affinity=pins, preload=PRELOAD)))
    if backend == "interpreters":
        check_interpreters()
    return Queue(lambda: executor_for(backend, workers, address=address))


def check_interpreters() -> None:
    """Un subintérprete solo carga extensiones en C preparadas para ello: mejor saberlo antes que imagen por imagen."""
    with executor_for("interpreters", 1) as one:
        try:
            one.submit(exec, "import PIL._imaging, numpy").result()
        except Exception as error:  # noqa: BLE001  cada biblioteca lo dice a su manera
            raise UsageError(
                _("Aquí no sirven los subintérpretes: {reason}\nUsa --backend processes, o threads.").format(
                    reason=str(error).strip().partition("\n")[0]
                )
            ) from None


def ready(workers: ProcessWorkers) -> ProcessWorkers:
    """Espera a que los procesos estén en marcha: arrancar se paga una vez, y aquí se mide el trabajo."""
    for future in [workers.submit(time.sleep, 0.05) for _ in workers.pids()]:
        future.result()
    return workers


# --- La narración -----------------------------------------------------------------------------------------------------


def show_images(tell: lesson.Narrator, plan: Plan, unreadable: list[tuple[Path, str]]) -> None:
    """Qué se va a procesar."""
    tell.section(_("Las imágenes"))
    tell.say(
        _("{images} imágenes y {filters} filtros: {jobs} trabajos. Los resultados van a {output}").format(
            images=len(plan.images), filters=len(FILTERS), jobs=len(plan.images) * len(FILTERS), output=plan.output
        )
    )
    for folder, reason in unreadable:
        tell.result(False, _("No se puede leer la carpeta {folder}: {reason}").format(folder=folder, reason=reason))


def show_statistics(tell: lesson.Narrator, run: Run) -> None:
    """Qué costó cada filtro, y cómo se repartió el trabajo."""
    by_filter: dict[str, list[Outcome]] = defaultdict(list)
    by_worker: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in run.outcomes:
        by_filter[outcome.filter].append(outcome)
        by_worker[outcome.worker].append(outcome)
    rows = []
    for name, those in by_filter.items():
        seconds = sum(each.seconds for each in those)
        rows.append(
            (
                name,
                len(those),
                f"{seconds / len(those) * 1000:.1f} ms",
                f"{max(each.seconds for each in those) * 1000:.1f} ms",
                f"{sum(each.pixels for each in those) / seconds / 1e6:.1f}",
            )
        )
    tell.table([_("filtro"), _("imágenes"), _("media"), _("la que más"), _("megapíxeles/s")], rows)
    busy = {worker: sum(each.seconds for each in those) for worker, those in by_worker.items()}
    tell.table(
        [_("trabajador"), _("trabajos"), _("ocupado"), _("del tiempo")],
        [
            (
                _("nº {number}").format(number=number + 1),
                len(by_worker[worker]),
                f"{seconds:.2f} s",
                f"{seconds / run.seconds:.0%}",
            )
            for number, (worker, seconds) in enumerate(sorted(busy.items()))
        ],
    )
    if len(busy) > 1:
        tell.say(
            _("Equilibrio de carga: el menos ocupado trabajó un {share:.0%} de lo que trabajó el más ocupado.").format(
                share=min(busy.values()) / max(busy.values())
            )
        )
    if run.load:
        tell.table(
            [_("CPU"), _("carga media")],
            [(str(number), f"{share:.0f}%") for number, share in enumerate(run.load)],
        )


def show_failures(tell: lesson.Narrator, run: Run) -> None:
    """Los archivos que fallaron, cada uno con su motivo, una vez."""
    reasons: dict[tuple[str, str], list[str]] = defaultdict(list)
    for source, name, reason in run.failures:
        reasons[source, reason].append(name)
    for (source, reason), names in sorted(reasons.items()):
        which = "" if len(names) == len(FILTERS) else f" ({', '.join(names)})"
        tell.result(False, f"{source}{which}: {reason}")
    if run.failures:
        tell.say(_("Lo demás siguió: cada fallo queda junto a su archivo."))


def verify(tell: lesson.Narrator, run: Run, reference: Run) -> None:
    """Compara, píxel a píxel, con la ejecución secuencial. Lo que falló ya está dicho, y no se cuenta como distinto."""
    wanted = {(each.source, each.filter): each.digest for each in reference.outcomes}
    got = {(each.source, each.filter): each.digest for each in run.outcomes}
    excused = {(source, name) for source, name, _reason in run.failures}
    wrong = [key for key, digest in wanted.items() if key not in excused and got.get(key) != digest]
    tell.result(
        not wrong,
        _("{count} resultados no coinciden con los de la ejecución secuencial.").format(count=len(wrong))
        if wrong
        else _("Los {count} resultados son idénticos, píxel a píxel, a los de la ejecución secuencial.").format(
            count=len(got)
        ),
    )


def show_scaling(tell: lesson.Narrator, plan: Plan, backend: str, workers: int, reference: Run, rounds: int) -> None:
    """De 1 trabajador a todos, y fijados a una CPU o no: lo mejor de varias rondas alternadas."""
    tell.section(_("¿Cuánto se gana? De 1 a {workers} trabajadores, fijados o no").format(workers=workers))
    variants: list[tuple[str, int, bool]] = [(str(count), count, False) for count in range(1, workers + 1)]
    pins = backend == "processes" and can_pin()
    if pins:
        variants.append((_("{workers}, cada uno fijado a una CPU").format(workers=workers), workers, True))
    times: dict[str, list[float]] = defaultdict(list)
    others = psutil.cpu_percent(0.3)
    with tell.progress(_("Midiendo"), total=rounds * len(variants)) as progress:
        for _round in range(rounds):
            for name, count, pinned in variants:
                with make_queue(backend, count, pinned) as queue:
                    times[name].append(parallel(plan, queue).seconds)
                progress.advance()
    best = {name: min(values) for name, values in times.items()}
    one = best["1"]
    tell.table(
        [_("trabajadores"), _("segundos"), _("frente a 1")],
        [
            (_("ninguno: secuencial"), f"{reference.seconds:.2f}", f"{one / reference.seconds:.2f}"),
            *((name, f"{seconds:.2f}", f"{one / seconds:.2f}") for name, seconds in best.items()),
        ],
    )
    if others > 20:
        tell.note(
            _("Otros programas ya usaban un {share:.0f}% de la CPU: aquí se gana menos de lo que se ganaría.").format(
                share=others
            )
        )
    if not pins:
        tell.note(
            _("En este sistema no se puede fijar un proceso a una CPU; el sistema operativo los reparte.")
            if not can_pin()
            else _("Fijar a una CPU se mide con --backend processes.")
        )


def show_killed(tell: lesson.Narrator, plan: Plan, workers: int, reference: Run) -> None:
    """Matan a un trabajador a mitad de la ejecución."""
    tell.section(_("Matan a un trabajador a mitad"))
    pool = ready(ProcessWorkers(workers, preload=PRELOAD))

    def murder() -> None:
        time.sleep(reference.seconds / workers / 3)
        os.kill(next(iter(pool.pids().values())), getattr(signal, "SIGKILL", signal.SIGTERM))

    with Queue(pool) as queue:
        run = parallel(plan, queue, during=murder)
    tell.say(
        _("Se mató a un proceso a un tercio de la ejecución. Trabajos interrumpidos y repetidos: {lost}.").format(
            lost=run.lost
        )
    )
    verify(tell, run, reference)


# region: contact_sheet
def contact_sheet(plan: Plan, outcomes: Sequence[Outcome]) -> Path:
    """Una hoja con una fila por imagen y una columna por filtro; se escribe al lado y se renombra."""
    done = {(each.source, each.filter) for each in outcomes}
    calls = [call for call in plan.calls() if (call[0], call[1]) in done]
    rows = sorted({call[0] for call in calls})
    cell, margin, label = THUMBNAIL, 6, 14
    sheet = Image.new(
        "RGB", (len(FILTERS) * (cell + margin) + margin, max(1, len(rows)) * (cell + margin + label) + margin), "white"
    )
    draw = ImageDraw.Draw(sheet)
    for source, name, target, *_rest in calls:
        left = margin + list(FILTERS).index(name) * (cell + margin)
        top = margin + rows.index(source) * (cell + margin + label)
        with Image.open(target) as image:
            image.thumbnail((cell, cell))
            sheet.paste(image, (left, top + label))
        draw.text((left, top), f"{Path(source).stem[:14]} · {name}", fill="black")
    path = plan.output / "contact_sheet.png"
    temporary = plan.partial / "contact_sheet.png"
    sheet.save(temporary)
    temporary.replace(path)
    return path


# endregion


@contextlib.contextmanager
def folders(output: Path) -> Iterator[tuple[Path, Path]]:
    """La carpeta de resultados y la de lo que está a medias, que desaparece pase lo que pase.

    Si a este proceso lo mataron de golpe, la borra la siguiente ejecución: su nombre lleva el número del proceso.
    """
    try:
        output.mkdir(parents=True, exist_ok=True)
        for old in output.glob(".partial-*"):
            if old.suffix or not psutil.pid_exists(int(old.name.removeprefix(".partial-") or 0)):
                shutil.rmtree(old, ignore_errors=True)
        partial = output / f".partial-{os.getpid()}"
        partial.mkdir(exist_ok=True)
    except OSError as error:
        raise UsageError(
            _("No se puede escribir en {output}: {reason}\nElige otra carpeta con --output CARPETA.").format(
                output=output, reason=error.strerror
            )
        ) from None
    try:
        yield output, partial
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def configure(parser: argparse.ArgumentParser) -> None:
    """Los argumentos de la demo."""
    parser.add_argument("--input", type=Path, metavar=_("CARPETA"), help=_("tus imágenes (si no, unas de muestra)"))
    parser.add_argument(
        "--output",
        type=Path,
        metavar=_("CARPETA"),
        default=Path(tempfile.gettempdir(), "hilos-demo"),
        help=_("dónde se escriben los resultados (por omisión, {folder})").format(
            folder=Path(tempfile.gettempdir(), "hilos-demo")
        ),
    )
    parser.add_argument(
        "--backend",
        choices=("threads", "processes", "interpreters", "cluster"),
        default="processes",
        help=_("qué ejecuta los trabajos (por omisión, processes)"),
    )
    parser.add_argument("--address", metavar=_("DIRECCIÓN"), help=_("del clúster, como la da «hilos jobs cluster»"))
    parser.add_argument(
        "--workers", type=lesson.positive, metavar="N", help=_("cuántos trabajadores (por omisión, uno por CPU)")
    )
    parser.add_argument(
        "--max-megapixels",
        type=lesson.positive,
        default=80,
        metavar="N",
        help=_("las imágenes mayores no se abren (por omisión, 80)"),
    )


def teach(tell: lesson.Narrator, options: lesson.Options) -> None:
    """La demo, de principio a fin."""
    tell.title(
        _("Un sistema completo de procesamiento de imágenes"),
        _("Cola de trabajos, trabajadores fijados a CPU, monitor en vivo y resultados comprobados."),
    )
    extra = options.extra
    workers: int = extra.workers or usable_cpus()
    with contextlib.ExitStack() as stack:
        unreadable: list[tuple[Path, str]] = []
        if extra.input is not None:
            images, unreadable = find_images(extra.input, extra.output)
            if not images:
                detail = "".join(f"\n{folder}: {reason}" for folder, reason in unreadable)
                raise UsageError(
                    _("No hay imágenes en {folder} ({suffixes}).").format(
                        folder=extra.input, suffixes=" ".join(sorted(SUFFIXES))
                    )
                    + detail
                )
        else:
            samples = stack.enter_context(tempfile.TemporaryDirectory(prefix="hilos-demo-"))
            images = sample_images(Path(samples), options.fast)
        output, partial = stack.enter_context(folders(extra.output))
        plan = Plan(images, output, partial, extra.max_megapixels * 1_000_000)
        show_images(tell, plan, unreadable)
        with make_queue(extra.backend, workers, pinned=True, address=extra.address) as queue:
            tell_all(tell, plan, queue, extra.backend, workers, 1 if options.fast else 2)


def tell_all(tell: lesson.Narrator, plan: Plan, queue: Queue, backend: str, workers: int, rounds: int) -> None:
    """Las secciones, en su orden."""
    tell.section(_("Con {workers} trabajadores ({backend})").format(workers=queue.slots, backend=backend))
    with queue:
        metrics = QueueMetrics(queue, Metrics())
        run = parallel(plan, queue, watch=True)
        metrics.close()
    show_failures(tell, run)
    show_statistics(tell, run)
    try:
        tell.say(_("Hoja de contactos: {sheet}").format(sheet=contact_sheet(plan, run.outcomes)))
    except OSError as error:
        tell.result(False, _("No se pudo escribir la hoja de contactos: {reason}").format(reason=error.strerror))

    tell.section(_("¿Son correctos los resultados?"))
    with tempfile.TemporaryDirectory(prefix="hilos-demo-") as folder, folders(Path(folder, "out")) as (output, partial):
        scratch = Plan(plan.images, output, partial, plan.limit)
        reference = sequential(scratch)
        verify(tell, run, reference)
        if backend != "cluster":
            show_scaling(tell, scratch, backend, workers, reference, rounds)
        if backend == "processes":
            show_killed(tell, scratch, workers, reference)
    tell.next_step(_("Lo siguiente: lo mismo, pedido desde un navegador."), "python3 websockets/websocket_server.py")


def main() -> int:
    """Ejecuta la demo."""
    return lesson.run(
        teach, description=_("Procesa imágenes con una cola de trabajos y mide lo que se gana."), configure=configure
    )


if __name__ == "__main__":
    raise SystemExit(main())
