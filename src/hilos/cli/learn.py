"""`hilos learn`: exercises graded by proof."""

import argparse
import json
import sys
from pathlib import Path

from hilos.course.catalogue import Catalogue, Exercise, course_folder
from hilos.course.confined import printable
from hilos.course.grader import Judgement, grade
from hilos.course.progress import Entry, Progress, Record, dump, merged, parse
from hilos.course.selfcheck import Case, Problem, check_all
from hilos.course.telling import tell_exercise, tell_hint, tell_judgement, tell_list
from hilos.course.watch import Watch, keep, one_hint_more, pending, reset, single_keys
from hilos.errors import UsageError
from hilos.lesson import CourseParser, Narrator
from hilos.locale import translator

_ = translator("cli_learn")
N_ = str

SUMMARY = N_("Ejercicios que no se aprueban por suerte")

# Spanish and English names of the same thing.
ACTIONS = {
    "watch": "watch", "list": "list", "run": "run", "hint": "hint", "check": "check", "reset": "reset",
    "solution": "solution", "report": "report", "export": "export", "import": "import",
    "lista": "list", "ejecutar": "run", "pista": "hint", "comprobar": "check", "reiniciar": "reset",
    "solucion": "solution", "informe": "report", "exportar": "export", "importar": "import",
}  # fmt: skip


def configure(parser: CourseParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "action",
        nargs="?",
        default="watch",
        choices=tuple(ACTIONS),
        metavar=_("acción"),
        help=_("list, run, hint, check, reset, solution, report, export, import; sin ella, modo de vigilancia"),
    )
    parser.add_argument(
        "name", nargs="?", metavar=_("nombre"), help=_("ejercicio, o carpeta o archivo según la acción")
    )
    parser.add_argument(
        "--all", action="store_true", help=_("con check: los ejercicios mismos, para quien los escribe")
    )
    parser.add_argument(
        "--cheats",
        action="store_true",
        help=_("con check --all: en vez de eso, trampas derivadas de cada ejercicio, que han de rechazarse todas"),
    )
    parser.add_argument(
        "--html",
        type=Path,
        metavar=_("archivo"),
        help=_(
            "con run: escribe la intercalación que rompe tu respuesta en un archivo HTML que se recorre paso a paso"
        ),
    )
    parser.add_argument("--lang", choices=("es", "en"), help=_("idioma de lo que se muestra"))


def run(options: argparse.Namespace) -> int:
    """Do what was asked."""
    catalogue = Catalogue(course_folder())
    progress = Progress()
    tell = Narrator()
    action = ACTIONS[options.action]
    if options.html and action != "run":
        raise UsageError(_("--html vale solo con run: hilos learn run NOMBRE --html {file}").format(file=options.html))
    if options.cheats and not (action == "check" and options.all):
        raise UsageError(_("--cheats vale solo con check --all: hilos learn check --all --cheats"))
    if options.all and action != "check":
        raise UsageError(_("--all vale solo con check: hilos learn check --all"))
    if action == "watch":
        return _watch(catalogue, progress, tell, options.name)
    if action == "list":
        tell_list(tell, catalogue, progress.read())
        return 0
    if action == "check":
        if options.all:
            only = (catalogue.find(options.name),) if options.name else catalogue.exercises
            return _try_cheats(catalogue, tell, only) if options.cheats else _self_check(catalogue, tell, only)
        return _check_answers(catalogue, progress, tell)
    if action == "export":
        return _export(progress, tell, options.name)
    if action in ("import", "report"):
        if not options.name:
            raise UsageError(
                _("Falta el archivo o la carpeta: hilos learn {action} RUTA").format(action=options.action)
            )
        return (
            _import(progress, tell, Path(options.name))
            if action == "import"
            else _report(catalogue, tell, Path(options.name))
        )
    return _on_exercise(catalogue, progress, tell, action, options.name, options.html)


def _on_exercise(
    catalogue: Catalogue, progress: Progress, tell: Narrator, action: str, name: str | None, html: Path | None = None
) -> int:
    record = progress.read()
    exercise = catalogue.find(name) if name else pending(catalogue, record)
    if exercise is None:
        tell.result(True, _("Todo resuelto. Para repetir uno: hilos learn run NOMBRE"))
        return 0
    if action == "run":
        tell_exercise(tell, catalogue, exercise, record)
        answer = catalogue.answer(exercise)
        judgement = grade(catalogue, exercise, answer)
        tell_judgement(tell, judgement)
        keep(progress, exercise, judgement, answer)
        if html is not None:
            _keep_html(tell, html, judgement)
        if not judgement.passed:
            tell.next_step(_("¿Atascado? Una pista:"), f"hilos learn hint {exercise.name}")
        return 0 if judgement.passed else 1
    if action == "hint":
        record = one_hint_more(progress, exercise)
        tell_hint(tell, exercise, record.exercises[exercise.name].hints)
        return 0
    if action == "reset":
        kept = reset(catalogue, exercise)
        tell.say(
            _("«{name}» vuelve a estar como al principio. Lo tuyo está en {kept}.").format(
                name=exercise.name, kept=kept
            )
        )
        return 0
    return _solution(catalogue, tell, record, exercise.name)


def _keep_html(tell: Narrator, file: Path, judgement: Judgement) -> None:
    from hilos.explore.document import read  # here, since hardly anybody asks for it
    from hilos.lab import exporting, stepping

    reports = [read(shown.report) for shown in judgement.lamps if shown.report is not None]
    if not reports:
        tell.say(_("Ninguna intercalación rompe tu respuesta: {file} no se ha escrito.").format(file=file))
        return
    exporting.write(file, [stepping.of_finding(report) for report in reports])
    tell.say(_("Para verla paso a paso, abre {file} en un navegador.").format(file=file))


def _solution(catalogue: Catalogue, tell: Narrator, record: Record, name: str) -> int:
    exercise = catalogue.find(name)
    if record.exercises.get(name, Entry()).passed is None:
        raise UsageError(
            _("La solución de «{name}» se enseña cuando lo hayas resuelto.\nMientras: hilos learn hint {name}").format(
                name=name
            )
        )
    for file in catalogue.solutions(exercise):
        tell.section(str(file.relative_to(catalogue.root)))
        tell.code(file.read_text(encoding="utf-8"))
    tell.section(_("Por qué estas no valen"))
    tell.points(f"{wrong.name}: {wrong.why}" for wrong in exercise.wrong)
    return 0


def _watch(catalogue: Catalogue, progress: Progress, tell: Narrator, name: str | None) -> int:
    exercise = catalogue.find(name) if name else pending(catalogue, progress.read())
    if exercise is None:
        tell.result(True, _("Todo resuelto. Para repetir uno: hilos learn run NOMBRE"))
        return 0
    if not sys.stdin.isatty():
        # Without a terminal there is nobody to press keys: judge once and say how to go on.
        return _on_exercise(catalogue, progress, tell, "run", exercise.name)
    with single_keys():
        return Watch(catalogue, progress, tell).run(exercise)


def _check_answers(catalogue: Catalogue, progress: Progress, tell: Narrator) -> int:
    failed = 0
    for exercise in catalogue.exercises:
        answer = catalogue.answer(exercise)
        judgement = grade(catalogue, exercise, answer)
        keep(progress, exercise, judgement, answer)
        worst = judgement.worst
        failed += not judgement.passed
        tell.result(judgement.passed, f"{exercise.number} {exercise.name}: {worst.text}")
    return 1 if failed else 0


def _self_check(catalogue: Catalogue, tell: Narrator, only: tuple[Exercise, ...]) -> int:
    seconds = []
    shown = []

    def told(case: Case, judgement: Judgement, problem: Problem | None) -> None:
        seconds.append(judgement.seconds)
        if problem is not None:
            shown.append(problem)
            tell.result(False, str(problem))

    with tell.progress(_("Compruebo los ejercicios")):
        problems = check_all(catalogue, only, told=told)
    for problem in problems:
        if problem not in shown:
            tell.result(False, str(problem))
    seconds.sort()
    if not problems:
        tell.result(
            True,
            _(
                "{exercises} ejercicios y {cases} respuestas: mediana {median:.2f} s; la más lenta, {worst:.2f} s."
            ).format(
                exercises=len(only),
                cases=len(seconds),
                median=seconds[len(seconds) // 2],
                worst=seconds[-1],
            ),
        )
    return 1 if problems else 0


def _try_cheats(catalogue: Catalogue, tell: Narrator, only: tuple[Exercise, ...]) -> int:
    from hilos.course.cheats.trying import Tried, try_all  # here, since hardly anybody asks for it

    def told(tried: Tried) -> None:
        if not tried.refused:
            tell.result(False, str(tried))

    with tell.progress(_("Pruebo las trampas")):
        tried = try_all(catalogue, only, told=told)
    let_through = sum(not each.refused for each in tried)
    text = _("{cheats} trampas en {exercises} ejercicios, {ran} de ellas ejecutadas: rechazadas todas menos {n}.")
    tell.result(
        not let_through,
        text.format(cheats=len(tried), exercises=len(only), ran=sum(each.ran for each in tried), n=let_through),
    )
    return 1 if let_through else 0


def _export(progress: Progress, tell: Narrator, name: str | None) -> int:
    text = dump(progress.read())
    if not name or name == "-":
        tell.verbatim(text.rstrip("\n"))
        return 0
    file = Path(name)
    try:
        beside = file.with_name(file.name + ".new")
        beside.write_text(text, encoding="utf-8")
        beside.replace(file)
    except OSError as error:
        raise UsageError(
            _("No se puede escribir {file}: {reason}.").format(file=file, reason=error.strerror)
        ) from error
    tell.say(_("Tu progreso está en {file}.").format(file=file))
    return 0


def _read_record(file: Path) -> Record:
    try:
        return parse(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(_("No se puede leer {file}: {reason}.").format(file=file, reason=error.strerror)) from error
    except UnicodeDecodeError as error:
        raise UsageError(_("{file} no es texto: no es un progreso exportado.").format(file=file)) from error
    except json.JSONDecodeError as error:
        text = _("{file} no es un progreso exportado: la línea {line} no es JSON.\nEscríbelo otra vez con: {command}")
        raise UsageError(text.format(file=file, line=error.lineno, command=f"hilos learn export {file}")) from error
    except ValueError as error:
        raise UsageError(_("{file} no es un progreso exportado: {why}.").format(file=file, why=error)) from error


def _import(progress: Progress, tell: Narrator, file: Path) -> int:
    other = _read_record(file)

    def how(record: Record) -> None:
        result = merged(record, other)
        record.name, record.current, record.exercises = result.name, result.current, result.exercises

    progress.change(how)
    tell.say(_("Importado: lo resuelto en uno de los dos sitios cuenta."))
    return 0


def _report(catalogue: Catalogue, tell: Narrator, folder: Path) -> int:
    if not folder.is_dir():
        raise UsageError(
            _("No existe la carpeta {folder}.\nPon en ella lo que exportó cada alumno.").format(folder=folder)
        )
    rows = []
    per_exercise = dict.fromkeys((each.name for each in catalogue.exercises), 0)
    for file in sorted(folder.glob("*.json")):
        try:
            record = _read_record(file)
        except UsageError as error:
            tell.result(False, str(error))
            continue
        passed = [name for name, entry in record.exercises.items() if entry.passed is not None]
        for name in passed:
            if name in per_exercise:
                per_exercise[name] += 1
        tries = sum(entry.tries for entry in record.exercises.values())
        hints = sum(entry.hints for entry in record.exercises.values())
        rows.append((printable(record.name) or file.stem, f"{len(passed)}/{len(catalogue.exercises)}", tries, hints))
    if not rows:
        raise UsageError(_("En {folder} no hay ningún progreso exportado (*.json).").format(folder=folder))
    tell.table([_("alumno"), _("resueltos"), _("intentos"), _("pistas")], rows)
    tell.table(
        [_("ejercicio"), _("título"), _("lo resolvieron")],
        [(each.name, str(each.title), f"{per_exercise[each.name]}/{len(rows)}") for each in catalogue.exercises],
    )
    return 0
