"""One plain sentence for each step: for whoever goes through an execution one operation at a time.

`wording` tells an execution in columns, in a few words an operation; here each operation stands alone, so its sentence
names the thread, says what the value was before, and what the operation means for the mistake that the story is about.
"""

from hilos.events import Kind
from hilos.explore.explain import wording
from hilos.explore.explain.accesses import OBJECT
from hilos.explore.explain.patterns import Pattern
from hilos.explore.explain.story import Story
from hilos.explore.report import Finding, Step, Wait
from hilos.locale import translator

_ = translator("explain")

_CHANGED = ("list", "dict", "set", "deque", "bytearray", "array")


def thing(target: str) -> str:
    """An object as a person calls it: `lock "fork 2"` is «the lock "fork 2"»; memory is called by its name."""
    match = OBJECT.fullmatch(target)
    if match is None:
        return target
    template = {
        "lock": _("el lock «{name}»"),
        "rlock": _("el RLock «{name}»"),
        "semaphore": _("el semáforo «{name}»"),
        "condition": _("la condición «{name}»"),
        "event": _("el evento «{name}»"),
        "barrier": _("la barrera «{name}»"),
        "queue": _("la cola «{name}»"),
        "thread": _("el hilo «{name}»"),
        "executor": _("el grupo de hilos «{name}»"),
        "future": _("el future «{name}»"),
    }.get(match[1])
    return template.format(name=match[2]) if template else target


def sentence(step: Step, story: Story | None = None) -> str:
    """What a step does, and what that means for the mistake that `story` tells of."""
    said = _operation(step).format(
        thread=step.thread, target=thing(step.target), value=step.value, before=step.before, name=step.target
    )
    meaning = _meaning(step, story) if story is not None else ""
    return _("{first} {second}").format(first=said, second=meaning) if meaning else said


def _operation(step: Step) -> str:
    kind = wording.came_to(step)
    known = step.value not in (None, "")
    if kind is Kind.READ:
        return _("«{thread}» lee {target}: vale {value}.") if known else _("«{thread}» lee {target}.")
    if kind is Kind.WRITE:
        return _written(step, known)
    if kind is Kind.PUT and known:
        return _("«{thread}» mete {value} en {target}.")
    if kind is Kind.GET and known:
        return _("«{thread}» saca {value} de {target}.")
    if kind is Kind.WAIT and wording.is_loop(step.location):
        return _("«{thread}» da otra vuelta: no ha cambiado nada.")
    return {
        Kind.REQUEST: _("«{thread}» pide {target}."),
        Kind.ACQUIRE: _("«{thread}» toma {target}."),
        Kind.RELEASE: _("«{thread}» suelta {target}."),
        Kind.TIMEOUT: _("«{thread}» se cansa de esperar {target}."),
        Kind.TRY_FAILED: _("«{thread}» no consigue {target}: ya lo tiene otro."),
        Kind.WAIT: _("«{thread}» se pone a esperar en {target}."),
        Kind.WAKE: _("«{thread}» deja de esperar en {target}."),
        Kind.NOTIFY: _("«{thread}» avisa a quien espere en {target}."),
        Kind.SET: _("«{thread}» activa {target}."),
        Kind.CLEAR: _("«{thread}» desactiva {target}."),
        Kind.START: _("«{thread}» arranca {target}."),
        Kind.JOIN: _("«{thread}» comprueba que {target} ha terminado."),
        Kind.END: _("«{thread}» termina."),
        Kind.SLEEP: _("«{thread}» duerme."),
        Kind.PUT: _("«{thread}» mete algo en {target}."),
        Kind.GET: _("«{thread}» saca algo de {target}."),
        Kind.CALL: _("«{thread}» llama a {name}."),
    }[kind]


def _written(step: Step, known: bool) -> str:
    if step.target_type in _CHANGED:
        return _("«{thread}» cambia {target}: queda {value}.") if known else _("«{thread}» cambia {target}.")
    if not known:
        return _("«{thread}» escribe en {target}.")
    if step.before is None:
        return _("«{thread}» escribe {value} en {target}.")
    if step.before == step.value:
        return _("«{thread}» escribe {value} en {target}, que ya valía {before}.")
    return _("«{thread}» escribe {value} en {target}, que valía {before}.")


def _meaning(step: Step, story: Story) -> str:
    """What a step that the story is about means; empty for the others."""
    clash = story.clash
    if story.signals and step.number == story.signals[0].number and story.pattern is Pattern.MISSED_NOTIFICATION:
        return _("Nadie espera todavía, así que el aviso se pierde.")
    if story.signals and step.number == story.signals[-1].number:
        return {
            Pattern.ERASED_NOTIFICATION: _("Quien todavía no lo había visto activado ya no lo verá."),
            Pattern.WRONG_NOTIFIED: _("El aviso lo despertó a él, que no podía seguir: a quien servía no le llega."),
        }.get(story.pattern, "")
    if clash is None:
        return ""
    names = {"victim": clash.before.thread, "intruder": clash.intruder.thread, "target": clash.target}
    if step.number == clash.intruder.number and clash.before.number < step.number:
        if story.pattern in (Pattern.LOST_UPDATE, Pattern.CHECK_THEN_ACT):
            return _("Lo que «{victim}» leyó ya no vale, y «{victim}» no lo sabe.").format(**names)
        return ""
    if clash.after is not None and step.number == clash.after.number:
        template = {
            Pattern.LOST_UPDATE: _("Lo calculó con lo que leyó antes: lo que escribió «{intruder}» se pierde."),
            Pattern.CHECK_THEN_ACT: _("Se fía de lo que miró antes, y «{intruder}» lo ha cambiado entre medias."),
        }.get(story.pattern, "")
        return template.format(**names)
    return ""


def waits(wait: Wait, last: bool) -> str:
    """A thread that cannot go on, at the end; `last` closes the circle of a deadlock."""
    if wording.is_loop(wait.location):
        return _("«{thread}» da vueltas sin fin: nadie va a cambiar lo que mira.").format(thread=wait.thread)
    names = {"thread": wait.thread, "target": thing(wait.target), "holder": ", ".join(wait.holders)}
    if wait.holders == (wait.thread,):
        return _("«{thread}» pide {target}, que tiene él mismo: se espera a sí mismo.").format(**names)
    if wait.holders and last:
        return _("«{thread}» pide {target}, que tiene «{holder}»: el círculo se cierra y ninguno puede seguir.").format(
            **names
        )
    if wait.holders:
        return _("«{thread}» pide {target}, que tiene «{holder}»: tiene que esperar.").format(**names)
    return _("«{thread}» espera {target}, y no queda nadie que pueda despertarlo.").format(**names)


def verdict(story: Story) -> str:
    """What the whole failing execution comes to."""
    return " ".join([wording.headline(story), *wording.failure(story)])


def all_well(finding: Finding) -> str:
    """What an execution comes to that does not fail as `finding` does."""
    if finding.invariant:
        return _("Todos los hilos terminan y se cumple «{name}».").format(name=finding.invariant)
    return _("Todos los hilos terminan, y ninguno falla.")
