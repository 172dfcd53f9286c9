"""The lessons as the pages offer them: in order, with what can be chosen for a run.

What is chosen reaches the lesson as arguments that it takes, or as variables that whoever goes along with it reads
(`HILOS_SWITCH_INTERVAL`).  Values from a page are checked here against the table: nothing else becomes an argument.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

from hilos.errors import UsageError
from hilos.locale import translator

_ = translator("lab_server")
N_ = str


@dataclass(frozen=True, slots=True)
class Parameter:
    """Something that can be chosen for a run.

    Attributes:
        name: in the API.
        label: in Spanish, marked; shown in the language in force.
        kind: `int`, `float` or `choice`.
        default: used where nothing is chosen; None leaves it to the lesson.
        least, most: bounds of a number.
        step: of a number's control.
        unit: shown behind it.
        options: of a choice: value and label.
        argument: the lesson's option (`--threads`); empty where it is not one.
        variable: the environment's variable; empty where it is not one.
        scale: what a number is multiplied by before it is passed on.
        help: one sentence in Spanish, marked; may be empty.
        when: name and value of the choice with which alone it counts.
    """

    name: str
    label: str
    kind: str
    default: Any
    least: float | None = None
    most: float | None = None
    step: float | None = None
    unit: str = ""
    options: tuple[tuple[str, str], ...] = ()
    argument: str = ""
    variable: str = ""
    scale: float = 1.0
    help: str = ""
    when: tuple[str, str] | None = None

    def described(self) -> dict[str, Any]:
        """As the API gives it."""
        return {
            "name": self.name,
            "label": _(self.label),
            "kind": self.kind,
            "default": self.default,
            "min": self.least,
            "max": self.most,
            "step": self.step,
            "unit": self.unit,
            "choices": [{"value": value, "label": _(label)} for value, label in self.options],
            "help": _(self.help) if self.help else "",
            "when": {self.when[0]: self.when[1]} if self.when is not None else None,
        }

    def checked(self, value: Any) -> Any:
        """`value` as it may be passed on.

        Raises:
            UsageError: it is not one of the values that the parameter may have.
        """
        if self.kind == "choice":
            if value in [option for option, _label in self.options]:
                return value
            raise UsageError(_("«{label}» no puede valer {value}.").format(label=_(self.label), value=str(value)[:40]))
        number = value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
        if self.kind == "int" and number is not None and number != int(number):
            number = None
        if number is None or not (self.least or 0) <= number <= (self.most or 0):
            raise UsageError(
                _("«{label}» tiene que ser un número de {least:g} a {most:g}.").format(
                    label=_(self.label), least=self.least or 0, most=self.most or 0
                )
            )
        return int(number) if self.kind == "int" else float(number)


SWITCH = Parameter(
    "switch_interval",
    N_("Turno de cada hilo (switch interval)"),
    "float",
    5.0,
    0.001,
    500.0,
    0.5,
    "ms",
    variable="HILOS_SWITCH_INTERVAL",
    scale=1e-3,
    help=N_("Cada cuánto pide el intérprete al hilo que corre que ceda el turno; 5 ms si nadie dice otra cosa."),
)
RACING = replace(
    SWITCH,
    default=0.001,
    help=N_(
        "Cada cuánto pide el intérprete al hilo que corre que ceda el turno. Con 0,001 ms las carreras se ven mucho; "
        "Python trae 5 ms: pruébalo y compara las dos ejecuciones."
    ),
)
"""For the lesson whose experiments set it themselves: its own value is the default."""
SIZE = Parameter(
    "size",
    N_("Tamaño de los experimentos"),
    "choice",
    "fast",
    options=(("fast", N_("pequeño: unos segundos")), ("full", N_("completo: mide mejor"))),
)


WHAT = Parameter(
    "what",
    N_("Qué se ejecuta"),
    "choice",
    "lesson",
    options=(("lesson", N_("la lección")), ("experiment", N_("tu experimento, una y otra vez"))),
)
_YOURS = ("what", "experiment")
TRYING = (
    Parameter("threads", N_("Hilos"), "int", 4, 1, 16, 1, argument="--threads", when=_YOURS),
    Parameter(
        "iterations", N_("Vueltas de cada hilo"), "int", 10_000, 1, 200_000, 1000, argument="--iterations", when=_YOURS
    ),
    Parameter(
        "hold",
        N_("Duración de la sección crítica"),
        "float",
        0.0,
        0.0,
        1000.0,
        1.0,
        "µs",
        argument="--hold",
        when=_YOURS,
        help=N_("Lo que pasa entre leer y escribir, o dentro del lock: cuanto más dura, más se estorban."),
    ),
)
"""For the lessons that take `hilos.lesson.trying`'s options."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson.

    Attributes:
        file: relative to the course's folder.
        level: 1 to 3, as the guides give it.
        path: of the learning paths, `beginner`, `intermediate` or `advanced`.
        title, summary: in Spanish, marked.
        theory: name of its page under docs/LANGUAGE/lessons/.
        parameters: what can be chosen.
        arguments: what it is always started with.
        serves: whether it takes `--port` and goes on until it is stopped.
        observed: whether the lab has all its locks observed; not where the lesson does that, and tells the price.
    """

    file: str
    level: int
    path: str
    title: str
    summary: str
    theory: str
    parameters: tuple[Parameter, ...] = (SIZE,)
    arguments: tuple[str, ...] = ()
    serves: bool = False
    observed: bool = True

    @property
    def id(self) -> str:
        """The stem of its file."""
        return PurePosixPath(self.file).stem

    def described(self) -> dict[str, Any]:
        """As the API gives it."""
        return {
            "id": self.id,
            "level": self.level,
            "path": self.path,
            "title": _(self.title),
            "summary": _(self.summary),
            "file": self.file,
            "parameters": [parameter.described() for parameter in self.parameters],
            "serves": self.serves,
        }

    def chosen(self, chosen: dict[str, Any]) -> dict[str, Any]:
        """The value of every parameter for a run: what was chosen, else its default.

        Raises:
            UsageError: a name or value is not in the table.
        """
        known = {parameter.name for parameter in self.parameters}
        for name in chosen:
            if name not in known:
                raise UsageError(_("Esta lección no tiene el parámetro «{name}».").format(name=str(name)[:40]))
        given = {name: value for name, value in chosen.items() if value is not None}
        return {
            each.name: each.checked(given[each.name]) if each.name in given else each.default
            for each in self.parameters
        }

    def command(self, chosen: dict[str, Any], free_port: Callable[[], int]) -> tuple[list[str], dict[str, str]]:
        """Arguments and variables for a run.

        Arguments:
            chosen: values by the parameters' names.
            free_port: gives a port for a lesson that serves something.

        Raises:
            UsageError: a name or value is not in the table.
        """
        values = self.chosen(chosen)
        arguments, variables = list(self.arguments), {}
        for parameter in self.parameters:
            value = values[parameter.name]
            if parameter.when is not None and values[parameter.when[0]] != parameter.when[1]:
                continue
            if parameter.name == "size":
                arguments += ["--fast"] if value == "fast" else []
            elif value is not None and parameter.argument:
                shown = value * parameter.scale if parameter.scale != 1.0 else value
                arguments += [parameter.argument, f"{shown:g}" if isinstance(shown, float) else str(shown)]
            elif value is not None and parameter.variable:
                variables[parameter.variable] = f"{value * parameter.scale:g}"
        if self.serves:
            arguments += ["--port", str(free_port())]
        if not self.observed:
            variables["HILOS_LAB_INSTALL"] = "0"
        return arguments, variables


LESSONS = (
    Lesson(
        "basics/01_threading_basics.py",
        1,
        "beginner",
        N_("Hilos"),
        N_("Qué es un hilo, cuándo acelera un programa y cuándo no."),
        "threading_basics",
        (SIZE, SWITCH),
    ),
    Lesson(
        "basics/02_multiprocessing_basics.py",
        1,
        "beginner",
        N_("Procesos"),
        N_("Procesos, Pool y la ley de Amdahl: usar todos los núcleos."),
        "multiprocessing_basics",
    ),
    Lesson(
        "workers/job_queue_system.py",
        1,
        "beginner",
        N_("Cola de trabajos"),
        N_("Prioridades, trabajadores, errores y reintentos."),
        "job_queue",
    ),
    Lesson(
        "examples/demo_completo.py",
        1,
        "beginner",
        N_("La demo completa"),
        N_("Procesa imágenes con una cola de trabajos y mide lo que se gana."),
        "demo",
    ),
    Lesson(
        "websockets/websocket_server.py",
        2,
        "intermediate",
        N_("WebSockets y trabajo de CPU"),
        N_("Un servidor asíncrono que no se atasca: el cálculo va a otros procesos."),
        "websocket",
        (),
        ("--quiet",),
        serves=True,
    ),
    Lesson(
        "monitoring/cpu_monitor.py",
        2,
        "intermediate",
        N_("El monitor de CPU"),
        N_("Uso de CPU, memoria y procesos, y qué frena la máquina."),
        "cpu_monitor",
        (SIZE,),
        ("prometheus",),
        serves=True,
    ),
    Lesson(
        "advanced/race_conditions/01_race_conditions.py",
        3,
        "advanced",
        N_("Condiciones de carrera"),
        N_("El resultado depende del orden de los hilos: ocurre, se cuenta y se cura."),
        "race_conditions",
        (WHAT, SIZE, *TRYING, RACING),
        serves=True,
    ),
    Lesson(
        "advanced/locks/02_locks_mutex.py",
        3,
        "advanced",
        N_("Locks y mutex"),
        N_("Qué hay en la caja de herramientas, cuándo se usa cada cosa y cuánto cuesta."),
        "locks",
        (WHAT, SIZE, *TRYING, SWITCH),
        serves=True,
        observed=False,
    ),
    Lesson(
        "advanced/deadlocks/03_deadlocks.py",
        3,
        "advanced",
        N_("Deadlocks"),
        N_("Cómo ocurren, cómo se encuentran y cuatro formas de que no ocurran."),
        "deadlocks",
        (SIZE, SWITCH),
        serves=True,
        observed=False,
    ),
)
"""In the order of the learning paths."""

_BY_ID = {lesson.id: lesson for lesson in LESSONS}


def find(id: str) -> Lesson | None:
    """The lesson called `id`, if there is one."""
    return _BY_ID.get(id)
