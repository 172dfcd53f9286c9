"""The sentences of an explanation: what a pattern is called, what an operation is called, what would have helped.

All texts of the package that describe a program's behaviour are here, so that a translator reads them together.
"""

import linecache
from pathlib import Path

from hilos.events import Kind, Location
from hilos.explore.explain.accesses import OBJECT, Clash, is_owned, memory_of
from hilos.explore.explain.patterns import Pattern
from hilos.explore.explain.story import Story
from hilos.explore.report import Step, Trouble, Wait
from hilos.locale import translator

_ = translator("explain")


def headline(story: Story) -> str:
    """The first sentence: the pattern and whom it befell."""
    clash, finding = story.clash, story.finding
    if clash is not None and story.pattern is not Pattern.ORDER:
        template = {
            Pattern.LOST_UPDATE: _(
                "Actualización perdida: «{victim}» y «{intruder}» leen {target} y escriben a partir de lo leído;"
                " lo que escribió «{intruder}» se pierde."
            ),
            Pattern.CHECK_THEN_ACT: _(
                "Comprobar y luego actuar: «{victim}» mira {target}, «{intruder}» lo cambia, y «{victim}» actúa como si"
                " nada hubiera cambiado."
            ),
            Pattern.USE_BEFORE_INIT: _(
                "Uso antes de inicializar: «{victim}» usa {target} antes de que «{intruder}» le dé valor."
            ),
            Pattern.PUBLICATION: _(
                "Publicación sin sincronizar: «{intruder}» anuncia que {target} está listo y lo escribe después;"
                " «{victim}» lo lee a medias."
            ),
            Pattern.ITERATION: _(
                "Cambio a mitad de un recorrido: «{victim}» recorre {target} y «{intruder}» le añade o le quita algo"
                " antes de que acabe."
            ),
            Pattern.OVERWRITTEN: _(
                "Variable pisada: «{victim}» escribe {target}, «{intruder}» lo sobrescribe, y «{victim}» lee después lo"
                " que dejó «{intruder}»."
            ),
            Pattern.DATA_RACE: _(
                "Carrera de datos: «{victim}» y «{intruder}» acceden a {target} sin que nada los ordene, y al menos uno"
                " escribe."
            ),
        }[story.pattern]
        return template.format(victim=clash.before.thread, intruder=clash.intruder.thread, target=clash.target)
    return _without_clash(story).format(
        threads=_listed(story.finding.threads or tuple(wait.thread for wait in story.waits) or story.actors),
        thread=(finding.threads or ("?",))[0],
        target=story.waits[0].target if story.waits else "?",
    )


def _without_clash(story: Story) -> str:
    if story.pattern is Pattern.ORDER:
        return {
            Trouble.EXCEPTION: _("En este orden, «{thread}» termina con una excepción."),
            Trouble.ASSERTION: _("En este orden falla una comprobación (assert) de «{thread}»."),
        }.get(story.finding.trouble, _("En este orden, el resultado no es el esperado."))
    return {
        Pattern.DEADLOCK: _("Deadlock: {threads} se esperan en círculo y ninguno puede seguir."),
        Pattern.SELF_DEADLOCK: _("Deadlock: «{thread}» espera {target}, que tiene él mismo."),
        Pattern.MISSED_NOTIFICATION: _(
            "Aviso perdido: el aviso llegó cuando nadie esperaba todavía, y la espera de {target} no acaba nunca"
            " ({threads})."
        ),
        Pattern.ERASED_NOTIFICATION: _(
            "Aviso borrado: {target} se activó y se desactivó antes de que lo viera quien espera, y su espera no acaba"
            " nunca ({threads})."
        ),
        Pattern.WRONG_NOTIFIED: _(
            "Aviso a quien no servía: el aviso despertó a un hilo que no podía seguir, y la espera de {target} no acaba"
            " nunca ({threads})."
        ),
        Pattern.NEVER_RELEASED: _(
            "Lock sin soltar: la espera de {target} no acaba nunca ({threads}), pues quien lo tiene ya no lo soltará."
        ),
        Pattern.STUCK: _(
            "Espera sin fin: la espera de {target} no acaba nunca ({threads}), pues no queda nadie que pueda avisar."
        ),
        Pattern.NO_PROGRESS: _(
            "Sin progreso: se trabaja sin parar y nada cambia ({threads}): livelock o espera activa."
        ),
        Pattern.DOUBLE_RELEASE: _("Doble liberación: «{thread}» suelta un lock o permiso que ya no tenía."),
    }[story.pattern]


def failure(story: Story) -> list[str]:
    """What was observed, in the program's own terms, a sentence each; empty if the headline has said it all."""
    finding = story.finding
    thread = (finding.threads or ("?",))[0]
    where = []
    if finding.traceback:
        last = finding.traceback[-1]
        where = [_("Ocurrió en {place}.").format(place=f"{Path(last.file).name}:{last.line}")]
    if finding.trouble is Trouble.EXCEPTION or finding.trouble is Trouble.DOUBLE_RELEASE:
        template = (
            _("«{thread}» termina con {exception}: {message}")
            if finding.message
            else _("«{thread}» termina con {exception}.")
        )
        text = template.format(thread=thread, exception=finding.exception or "RuntimeError", message=finding.message)
        return [text, *where]
    if finding.trouble is Trouble.ASSERTION:
        if not finding.message and story.pattern is Pattern.ORDER:
            return where  # the headline says the rest
        text = _("Falla el assert de «{thread}»: {message}").format(
            thread=thread, message=finding.message or "AssertionError"
        )
        return [text, *where]
    if finding.trouble is Trouble.INVARIANT:
        name = finding.invariant or "invariant"
        target, value = _final(story)
        if finding.message and finding.message != finding.invariant:
            return [
                _("Al terminar los hilos no se cumple «{name}»: {reason}").format(name=name, reason=finding.message)
            ]
        if value:
            return [
                _("Al terminar los hilos, {target} vale {value} y no se cumple «{name}».").format(
                    target=target, value=value, name=name
                )
            ]
        return [_("Al terminar los hilos no se cumple «{name}».").format(name=name)]
    if finding.trouble is Trouble.STUCK and story.clash is not None:
        return [
            _("La espera de {target} no acaba nunca ({threads}).").format(
                target=story.waits[0].target if story.waits else "?",
                threads=_listed(tuple(wait.thread for wait in story.waits)),
            )
        ]
    return []


def _final(story: Story) -> tuple[str, str]:
    """What is left in the memory that the clash is about."""
    if story.clash is None or story.pattern not in (Pattern.LOST_UPDATE, Pattern.CHECK_THEN_ACT):
        return "", ""
    target = story.clash.target
    memory = memory_of(story.clash.before)
    writes = [step for step in story.finding.steps if memory_of(step) == memory and step.kind is Kind.WRITE]
    return target, writes[-1].value or "" if writes else ""


def operation(step: Step) -> str:
    """What a step does, in a few words."""
    value = step.value
    kind = came_to(step)
    if kind is Kind.WAIT and is_loop(step.location):
        return _("da otra vuelta: no ha cambiado nada")
    template = {
        Kind.READ: _("lee {target}"),
        Kind.WRITE: _("escribe {target}"),
        Kind.REQUEST: _("pide {target}"),
        Kind.ACQUIRE: _("toma {target}"),
        Kind.RELEASE: _("suelta {target}"),
        Kind.TIMEOUT: _("se cansa de esperar {target}"),
        Kind.TRY_FAILED: _("no consigue {target}"),
        Kind.WAIT: _("espera en {target}"),
        Kind.WAKE: _("despierta de {target}"),
        Kind.NOTIFY: _("avisa a {target}"),
        Kind.SET: _("activa {target}"),
        Kind.CLEAR: _("desactiva {target}"),
        Kind.START: _("arranca {target}"),
        Kind.JOIN: _("espera el final de {target}"),
        Kind.END: _("termina"),
        Kind.SLEEP: _("duerme"),
        Kind.PUT: _("mete en {target}"),
        Kind.GET: _("saca de {target}"),
        Kind.CALL: _("llama a {target}"),
    }[kind]
    if kind is Kind.WRITE and step.target.startswith("queue "):
        template = _("da por hecha una tarea de {target}")
    text = template.format(target=step.target)
    return f"{text}: {value}" if value not in (None, "") and step.kind in _WITH_VALUE else text


_WITH_VALUE = (Kind.READ, Kind.WRITE, Kind.PUT, Kind.GET)


def came_to(step: Step) -> Kind:
    """What a step did after all: an acquire that failed is an attempt."""
    return Kind.TRY_FAILED if step.kind is Kind.ACQUIRE and step.value == "False" else step.kind


def waiting(wait: Wait) -> str:
    """What a thread that cannot go on waits for, and who has it."""
    if is_loop(wait.location):
        return _("✗ da vueltas: nadie va a cambiar lo que mira")
    if wait.holders == (wait.thread,) and is_owned(wait.target):
        return _("✗ espera {target}, que tiene él mismo").format(target=wait.target)
    if wait.target.startswith("thread "):
        return _("✗ espera el final de {target}").format(target=wait.target)
    if wait.holders and wait.holders != (wait.thread,):
        return _("✗ espera {target}, que tiene «{holder}»").format(target=wait.target, holder=", ".join(wait.holders))
    return _("✗ espera {target}; nadie lo despertará").format(target=wait.target)


def cause(story: Story) -> list[str]:
    """Why it could happen and what would have prevented it, a paragraph each."""
    if story.clash is not None:
        return _cause_of_clash(story, story.clash)
    if story.pattern is Pattern.DEADLOCK:
        return [
            *(
                _("«{thread}» tiene {held} (línea {taken}) y pide {wanted} (línea {asked}).").format(
                    thread=link.wait.thread,
                    held=link.hold.target if link.hold else "?",
                    taken=_line(link.hold.location if link.hold else None),
                    wanted=link.wait.target,
                    asked=_line(link.wait.location),
                )
                for link in story.cycle
            ),
            _("Si todos los hilos toman estos locks en el mismo orden, el círculo no puede formarse."),
        ]
    if story.signals:
        return _cause_of_vain_signal(story)
    return _cause_without_memory(story)


def _cause_of_vain_signal(story: Story) -> list[str]:
    """Who notified where, what became of it, and how it is done."""
    signal, undone = story.signals[0], story.signals[-1]
    names = {
        "thread": signal.thread,
        "line": _line(signal.location),
        "target": signal.target,
        "other": undone.thread,
        "at": _line(undone.location),
    }
    if story.pattern is Pattern.ERASED_NOTIFICATION:
        return [
            _("«{thread}» activa {target} en la línea {line} y «{other}» lo desactiva en la {at}.").format(**names),
            _(
                "Quien atiende los avisos debe hacer clear antes de mirar lo que hay, no después; y un set seguido de"
                " un clear solo lo ven los que ya esperan: si tiene que llegar a todos, usa una Condition."
            ),
        ]
    if story.pattern is Pattern.WRONG_NOTIFIED:
        return [
            _(
                "«{thread}» avisa en la línea {line} con varios hilos esperando; despierta «{other}», que vuelve a"
                " esperar en la {at}, y los demás no se enteran."
            ).format(**names),
            _("Usa notify_all, que los despierta a todos, o una Condition para cada cosa que se espera."),
        ]
    return [
        _("«{thread}» avisa en la línea {line}, antes de que nadie espere: un aviso no se guarda.").format(**names),
        _(
            "Comprueba la condición y espera con el mismo lock tomado, dentro de un while; y cambia lo que se"
            " comprueba con ese lock tomado también: así el aviso no puede caer entre la comprobación y la espera."
        ),
    ]


def _cause_without_memory(story: Story) -> list[str]:
    texts = {
        Pattern.SELF_DEADLOCK: _("Un Lock no se puede tomar dos veces seguidas desde el mismo hilo; un RLock sí."),
        Pattern.NEVER_RELEASED: _(
            "Toma los locks con «with»: los suelta pase lo que pase, también si hay una excepción o un return."
        ),
        Pattern.STUCK: _(
            "Quien espera necesita que otro hilo avise después: aquí todos los demás han terminado o esperan también."
        ),
        Pattern.NO_PROGRESS: _(
            "Un bucle que solo mira no avanza si nadie cambia lo que mira: espera con una Condition o un Event, o cede"
            " el paso de forma que otro pueda terminar."
        ),
        Pattern.DOUBLE_RELEASE: _("Cada release debe corresponder a un acquire del mismo hilo; «with» los empareja."),
    }
    text = texts.get(story.pattern)
    if story.pattern is Pattern.STUCK and any(
        wait.target.startswith("queue ") and ".join(" in _source_line(wait.location) for wait in story.waits
    ):
        text = _("El join de una cola espera un task_done por cada put, y aquí falta alguno.")
    return [*_held_while_waiting(story), *([text] if text else [])]


def _held_while_waiting(story: Story) -> list[str]:
    """Who waits with something in hand that another waiting thread needs."""
    holds = story.finding.steps[-1].holds if story.finding.steps else ()
    template = _("«{thread}» espera sin soltar {target}, que «{other}» necesita para seguir.")
    return [
        template.format(thread=wait.thread, target=hold.target, other=other.thread)
        for wait in story.waits
        for other in story.waits
        for hold in holds
        if hold.thread == wait.thread != other.thread and hold.target == other.target
    ][:3]


def _cause_of_clash(story: Story, clash: Clash) -> list[str]:
    victim, intruder = clash.before.thread, clash.intruder.thread
    template = {
        (Kind.READ, Kind.WRITE): _(
            "Chocan dos accesos a {target}: «{victim}» lo lee en la línea {line} y «{intruder}» lo escribe en la {at}."
        ),
        (Kind.WRITE, Kind.READ): _(
            "Chocan dos accesos a {target}: «{victim}» lo escribe en la línea {line} y «{intruder}» lo lee en la {at}."
        ),
        (Kind.READ, None): _(
            "Chocan dos accesos a {target}: «{victim}» lo mira en la línea {line} y «{intruder}» lo cambia en la {at}."
        ),
    }.get(
        (clash.before.kind, None if OBJECT.fullmatch(clash.target) else clash.intruder.kind),
        _("Chocan dos accesos a {target}: «{victim}» lo escribe en la línea {line} y «{intruder}» en la {at}."),
    )
    texts = [
        template.format(
            target=clash.target,
            victim=victim,
            line=_line(clash.before.location),
            intruder=intruder,
            at=_line(clash.intruder.location),
        )
    ]
    if story.pattern in (Pattern.USE_BEFORE_INIT, Pattern.PUBLICATION):
        texts.append(
            _(
                "Nada obliga a «{victim}» a esperar a «{intruder}»: dale el valor antes de arrancar el hilo o de"
                " anunciarlo, o que «{victim}» espere con un Event o una Condition."
            ).format(victim=victim, intruder=intruder)
        )
        return texts
    texts.append(_cure(story, clash))
    return texts


def _cure(story: Story, clash: Clash) -> str:
    victim, intruder = clash.before.thread, clash.intruder.thread
    start, end = _line(clash.before.location), _line((clash.after or clash.before).location)
    common = sorted(set(clash.victim_locks) & set(clash.intruder_locks))
    if common and not clash.split:
        return _(
            "Los dos acceden con {lock} tomado, así que no se estorban: lo que falla es el orden. El que tiene que ir"
            " después debe esperar al otro (join, Event o Condition), o hacer ambos pasos con el lock tomado."
        ).format(lock=common[0])
    if clash.target.startswith("queue "):
        return _(
            "Entre mirar una cola y usarla puede colarse otro hilo. No mires antes: usa get_nowait o put_nowait, y"
            " atiende la excepción Empty o Full."
        )
    if clash.target.startswith("future "):
        return _(
            "Entre mirar un future y usarlo puede colarse otro hilo. No mires antes: usa set_running_or_notify_cancel"
            " para empezar, o atiende la excepción InvalidStateError."
        )
    if story.pattern is Pattern.ITERATION:
        return _(
            "Recorre una copia, y haz la copia y los cambios con un mismo lock tomado (with lock:); o recorre el"
            " original con ese lock tomado hasta el final."
        )
    if clash.split and clash.before.kind is not Kind.READ:
        return _(
            "«{victim}» suelta {lock} entre la línea {start} y la {end}, y en medio «{intruder}» puede cambiarlo. Con"
            " el lock tomado de la una a la otra, nadie puede meterse en medio."
        ).format(victim=victim, intruder=intruder, lock=clash.split, start=start, end=end)
    if clash.split:
        return _(
            "«{victim}» suelta {lock} entre la línea {start} y la {end}: lo que leyó con él ya no vale cuando vuelve a"
            " tomarlo. Con el lock tomado de la una a la otra, nadie puede meterse en medio."
        ).format(victim=victim, lock=clash.split, start=start, end=end)
    if story.pattern is Pattern.ORDER and not clash.victim_locks and not clash.intruder_locks:
        return _(
            "Nada los ordena. Si uno tiene que ir antes, que el otro lo espere (join, Event, Condition o Barrier); si"
            " varios pasos tienen que ser uno solo, que todos los hilos los den con un mismo lock tomado (with lock:)."
        )
    if clash.intruder_locks and clash.victim_locks:
        return _(
            "«{victim}» accede con {lock} tomado y «{intruder}» con {other}: un lock solo protege si es el mismo para"
            " todos."
        ).format(victim=victim, lock=clash.victim_locks[0], intruder=intruder, other=clash.intruder_locks[0])
    if clash.intruder_locks and not set(clash.intruder_locks) & set(clash.victim_locks):
        return _(
            "«{intruder}» accede con {lock} tomado, pero «{victim}» no lo toma: un lock solo protege si lo toman todos."
        ).format(intruder=intruder, victim=victim, lock=clash.intruder_locks[0])
    if clash.victim_locks and not clash.intruder_locks:
        return _(
            "«{victim}» accede con {lock} tomado, pero «{intruder}» no lo toma: un lock solo protege si lo toman todos."
        ).format(intruder=intruder, victim=victim, lock=clash.victim_locks[0])
    if story.pattern is Pattern.DATA_RACE:
        return _(
            "Ningún lock los ordena. Si los dos hilos acceden siempre con un mismo lock tomado (with lock:), uno"
            " termina antes de que el otro empiece."
        )
    if story.pattern is Pattern.OVERWRITTEN:
        return _(
            "Nada los ordena. Si el valor es de cada hilo, guárdalo en una variable local; si es de todos, que escribir"
            " y leer sean un solo paso con un mismo lock tomado (with lock:)."
        )
    start = _line(clash.first.location)
    first, last = clash.first.location, (clash.after or clash.before).location
    if first and last and (first.function != last.function or first.line > last.line):
        return _(
            "Ningún lock los ordena. Si todos los hilos toman un mismo lock (with lock:) desde que leen (línea {start})"
            " hasta que actúan (línea {end}), leer y actuar pasan a ser un solo paso."
        ).format(start=start, end=end)
    if start == end:
        return _(
            "Ningún lock los ordena. Si todos los hilos toman un mismo lock (with lock:) alrededor de la línea {start},"
            " leer y actuar pasan a ser un solo paso."
        ).format(start=start)
    return _(
        "Ningún lock los ordena. Si todos los hilos toman un mismo lock (with lock:) alrededor de las líneas {start} a"
        " {end}, leer y actuar pasan a ser un solo paso."
    ).format(start=start, end=end)


def is_loop(location: Location | None) -> bool:
    """Whether the line there is the head of a loop: a wait at it is one that asks again and again."""
    return _source_line(location).startswith(("while ", "for "))


def _source_line(location: Location | None) -> str:
    return linecache.getline(location.file, location.line).strip() if location is not None else ""


def _line(location: Location | None) -> str:
    return str(location.line) if location is not None else "?"


def _listed(names: tuple[str, ...]) -> str:
    quoted = [_("«{name}»").format(name=name) for name in dict.fromkeys(names)]
    if len(quoted) < 2:
        return "".join(quoted)
    return _("{most} y {last}").format(most=", ".join(quoted[:-1]), last=quoted[-1])
