"""How a judgement, a list and hints are told in the terminal."""

from hilos.course.catalogue import Catalogue, Exercise
from hilos.course.gates import Colour, Lamp
from hilos.course.grader import Judgement
from hilos.course.progress import Record
from hilos.lesson import Narrator
from hilos.locale import translator

_ = translator("course")


def lamp_name(lamp: Lamp) -> str:
    """What the learner reads for a lamp."""
    return {
        Lamp.CONTRACT: _("contrato"),
        Lamp.SAFETY: _("seguridad"),
        Lamp.DEADLOCK: _("sin bloqueos"),
        Lamp.LIVENESS: _("avance"),
        Lamp.CONCURRENCY: _("concurrencia"),
        Lamp.REAL: _("de verdad"),
    }[lamp]


def colour_name(colour: Colour) -> str:
    """The word that goes with the colour, so that colour never carries the meaning alone."""
    return {Colour.GREEN: _("verde"), Colour.AMBER: _("ámbar"), Colour.RED: _("rojo")}[colour]


def tell_exercise(tell: Narrator, catalogue: Catalogue, exercise: Exercise, record: Record) -> None:
    """Title, task and the file to edit."""
    solved = sum(1 for entry in record.exercises.values() if entry.passed is not None)
    heading = f"{exercise.number} {exercise.title} {'*' * exercise.stars}"
    tell.title(heading, _("Resueltos: {done} de {all}").format(done=solved, all=len(catalogue.exercises)))
    tell.say(str(exercise.task))
    tell.say(_("Edita y guarda: {file}").format(file=f"exercises/{exercise.path}"))


def tell_judgement(tell: Narrator, judgement: Judgement, story: bool = True) -> None:
    """The lamps, a line each, and on red the interleaving that breaks the answer.

    Arguments:
        tell: where.
        judgement: what came of it.
        story: whether the interleaving is told too.
    """
    for shown in judgement.lamps:
        text = f"{lamp_name(shown.lamp)} ({colour_name(shown.colour)}): {shown.text}"
        if shown.colour is Colour.AMBER:
            tell.note(text)
        else:
            tell.result(shown.colour is Colour.GREEN, text)
    if story and judgement.worst.story:
        tell.verbatim("\n" + judgement.worst.story)
    if judgement.output.strip():
        tell.say(_("Tu programa imprimió:"))
        tell.code(judgement.output[:1000])


def tell_list(tell: Narrator, catalogue: Catalogue, record: Record) -> None:
    """All exercises by topic, with what was done."""
    for topic, title in catalogue.topics.items():
        rows = []
        for each in catalogue.exercises:
            if each.topic != topic:
                continue
            entry = record.exercises.get(each.name)
            if entry is not None and entry.passed is not None:
                state = _("hecho")
            elif entry is not None and entry.tries:
                state = _("intentado ({n})").format(n=entry.tries)
            else:
                state = "-"
            mark = ">" if each.name == record.current else ""
            rows.append((mark, each.number, each.name, str(each.title), "*" * each.stars, state))
        if rows:
            tell.section(str(title))
            tell.table(["", "", _("nombre"), _("título"), _("dificultad"), _("estado")], rows)


def tell_hint(tell: Narrator, exercise: Exercise, number: int) -> None:
    """Hint `number`, counted from 1, and how many there are."""
    hint = exercise.hints[number - 1]
    tell.say(_("Pista {n} de {all}: {text}").format(n=number, all=len(exercise.hints), text=hint))
