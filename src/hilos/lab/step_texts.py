"""Texts of the step, exercise, program and scheduler pages, by key; `hilos.lab.texts` serves them with all others."""

from hilos.locale import translator

_ = translator("lab_step")


def texts() -> dict[str, str]:
    """These pages' texts in the language in force."""
    return {**step_view(), **_pages()}


def step_view() -> dict[str, str]:
    """What the step view says: an exported file carries these."""
    return {
        "step.interleaving": _("Intercalación"),
        "step.lanes": _("Qué hilo actúa en cada uno de los {n} pasos"),
        "step.runs": _("Qué ejecución se recorre"),
        "step.failing": _("La que falla"),
        "step.passing": _("Una que sale bien"),
        "step.differ.one": _(
            "El paso 1 es igual en las dos. En el 2, aquí sigue «{bad}»; en la que sale bien, «{good}»."
        ),
        "step.differ.other": _(
            "Los {n} primeros pasos son iguales en las dos. En el {next}, aquí sigue «{bad}»; en la que sale bien,"
            " «{good}»."
        ),
        "step.differ_at_once": _("Se separan en el primer paso: aquí empieza «{bad}»; en la que sale bien, «{good}»."),
        "step.go_there": _("Ir a ese paso"),
        "step.left_out": _("Hay {n} pasos más después del {after} que no se muestran."),
        "step.number": _("Paso {n}."),
        "step.of": _("Paso {step} de {n}"),
        "step.slider": _("Paso"),
        "step.first": _("Al primer paso"),
        "step.back": _("Un paso atrás"),
        "step.next": _("Un paso adelante"),
        "step.last": _("Al último paso"),
        "step.thread": _("Hilo {thread}"),
        "step.source": _("Código de {thread}"),
        "step.no_source": _("No hay código que mostrar."),
        "step.acts": _("Acaba de ejecutar esta línea"),
        "step.waits": _("Espera {what}"),
        "step.ended": _("Ha terminado"),
        "step.paused": _("Va por aquí; ahora actúa otro"),
        "step.not_begun": _("Aún no ha empezado"),
        "step.has_read": _("Leyó {target}: {value}."),
        "step.stale": _("Ya no vale: ahora es {now}."),
        "step.variables": _("Variables compartidas"),
        "step.no_variables": _("Ningún hilo cambia nada compartido."),
        "step.variable": _("Variable"),
        "step.value": _("Valor"),
        "step.changed": _("cambia"),
        "step.holders": _("Quién tiene qué y quién espera"),
        "step.object": _("Objeto"),
        "step.held_by": _("Lo tiene"),
        "step.awaited_by": _("Lo espera"),
        "step.graph": _("Grafo de espera"),
        "step.why": _("Por qué pasa y qué lo evita"),
        "step.key_mark": _("los accesos que explican el fallo"),
        "step.key_wait": _("espera"),
        "step.title": _("Paso a paso: {program}"),
        "step.lead": _("Avanza y retrocede con los botones, la barra o las flechas ← y →."),
        "step.token": _("Esta intercalación se llama"),
        "step.which": _("Qué fallo se recorre"),
    }


def _pages() -> dict[str, str]:
    return {**_step_page(), **_checking(), **_exercise(), **_program(), **_scheduler()}


def _step_page() -> dict[str, str]:
    return {
        "step.loading": _("Buscando la intercalación…"),
        "step.keep": _("Guardar como archivo HTML"),
    }


def _checking() -> dict[str, str]:
    return {
        "editor.label": _("Código"),
        "editor.help": _("Tab sangra; para salir del editor con el teclado, Esc y luego Tab."),
        "check.running": _("Probando todas las intercalaciones…"),
        "check.stop": _("Parar"),
        "check.stopped": _("Parado: no se ha comprobado nada."),
        "check.printed": _("Lo que imprimió tu programa"),
    }


def _exercise() -> dict[str, str]:
    return {
        "exercise.yours": _("Tu respuesta"),
        "exercise.editor": _("Tu respuesta, {file}"),
        "exercise.check": _("Comprobar"),
        "exercise.hint": _("Pista"),
        "exercise.hints": _("Pistas: {shown} de {all}"),
        "exercise.reset": _("Empezar de nuevo"),
        "exercise.was_reset": _("El archivo vuelve a estar como al principio; lo tuyo está al lado, en {file}."),
        "exercise.next": _("Siguiente"),
        "exercise.play": _("Jugar a planificar"),
        "exercise.verdict": _("Veredicto"),
        "exercise.unchecked": _(
            "Todavía no se ha comprobado. Se aprueba cuando ninguna intercalación puede romper tu respuesta."
        ),
        "exercise.passed_before": _("Ya lo resolviste. Puedes comprobar otra respuesta cuando quieras."),
        "exercise.passed": _("Resuelto: ninguna intercalación lo rompe"),
        "exercise.failed": _("Todavía no"),
        "exercise.see": _("Ver la intercalación que lo rompe, paso a paso"),
        "exercise.counterexample": _("La intercalación que rompe tu respuesta"),
        "exercise.alone": _("Abrir aparte"),
        "exercise.solution": _("La solución comentada"),
        "exercise.why_not": _("Por qué otras no valen"),
        "exercise.changed": _("El archivo ha cambiado fuera de esta página. ¿Con cuál sigues?"),
        "exercise.take_file": _("Con lo que hay en el archivo"),
        "exercise.take_mine": _("Con lo que escribí aquí"),
    }


def _program() -> dict[str, str]:
    return {
        "program.title": _("Tu propio programa"),
        "program.lead": _(
            "Pega un programa pequeño con WORKERS, setup() o class State, y si quieres invariant(estado): se prueban"
            " todas sus intercalaciones."
        ),
        "program.editor": _("Tu programa"),
        "program.explore": _("Explorar"),
        "program.example": _("Poner el ejemplo"),
        "program.proved": _("{program}: demostrado. Se cumple en todos los órdenes posibles."),
        "program.violated": _("{program}: falla en alguno de los órdenes"),
        "program.unfinished": _("{program}: sin terminar. No se ha demostrado nada."),
        "program.counted.one": _("Ejecuciones probadas: 1. Fallan: {failing}. Operaciones: {longest}."),
        "program.counted.other": _(
            "Ejecuciones probadas: {n}. Fallan: {failing}. La más larga tiene {longest} operaciones."
        ),
        "program.spins": _("Espera activa en la línea {lines}: un bucle que solo mira, en vez de esperar."),
        "program.told": _("La explicación entera"),
    }


def _scheduler() -> dict[str, str]:
    return {
        "scheduler.title": _("Eres el planificador: {title}"),
        "scheduler.questions": _("Preguntas"),
        "scheduler.question": _("Pregunta {n}"),
        "scheduler.answered": _("respondida"),
        "scheduler.turn": _("¿A quién le toca ahora?"),
        "scheduler.over": _("Nadie puede seguir: aquí acaba este orden."),
        "scheduler.waits": _("espera"),
        "scheduler.ended": _("ha terminado"),
        "scheduler.undo": _("Deshacer un paso"),
        "scheduler.restart": _("Empezar este orden"),
        "scheduler.none": _("Ningún orden lo consigue: {word}"),
        "scheduler.begin": _("Elige qué hilo da el primer paso."),
        "scheduler.reached": _("¡Conseguido! Tu orden, {order}, queda apuntado como respuesta."),
        "scheduler.missed": _("Acaba en {state}, y eso no es lo que se busca. Deshaz y prueba otro orden."),
        "scheduler.stuck": _("Los hilos se esperan para siempre, y eso no es lo que se busca."),
        "scheduler.your_answer": _("Tu respuesta: {answer}"),
        "scheduler.no_answer": _("Aún sin respuesta"),
        "scheduler.lacks": _("Condición del deadlock que falta en esta pareja"),
        "scheduler.lacks.choose": _("Elige…"),
        "scheduler.lacks.none": _("ninguna: están las cuatro"),
        "scheduler.lacks.exclusion": _("exclusión: es de uno solo"),
        "scheduler.lacks.hold": _("retención: se espera con algo en la mano"),
        "scheduler.lacks.preemption": _("no expropiación: nadie te lo quita"),
        "scheduler.lacks.circle": _("círculo: cada uno espera al otro"),
        "scheduler.check": _("Comprobar las respuestas"),
        "scheduler.as_file": _("Responder escribiendo en el archivo"),
        "scheduler.too_many": _(
            "Este programa tiene demasiados órdenes para recorrerlos aquí: responde en el archivo."
        ),
    }
