"""Every text of the browser's pages, by key: the pages ask for them at `/api/texts?lang=`.

A text may hold `{placeholders}`, which the page fills in; of a pair `KEY.one`, `KEY.other` the page takes the one that
suits the number `n`.  Spanish here, English in `locale/en/lab.po`.
"""

from hilos.lab import step_texts
from hilos.locale import translator

_ = translator("lab")


def texts() -> dict[str, str]:
    """All texts in the language in force."""
    return {**_shell(), **_home(), **_lesson(), **_panels(), **_timeline(), **_jobs_and_alerts(), **step_texts.texts()}


def _shell() -> dict[str, str]:
    return {
        "shell.skip": _("Ir al contenido"),
        "shell.nav": _("Páginas"),
        "shell.language": _("Idioma"),
        "shell.light": _("Cambiar a colores claros"),
        "shell.dark": _("Cambiar a colores oscuros"),
        "nav.home": _("Inicio"),
        "nav.live": _("En vivo"),
        "nav.timeline": _("Línea de tiempo"),
        "nav.exercises": _("Ejercicios"),
        "nav.jobs": _("Trabajos"),
        "nav.alerts": _("Alertas"),
        "page.problem": _("Esta página no se puede mostrar"),
        "page.nowhere": _("No hay ninguna página en esta dirección."),
        "page.to_home": _("Volver al inicio"),
        "server.silent": _("El laboratorio no responde."),
        "server.refused": _("El laboratorio ha rechazado la petición ({status})."),
        "server.lost": _("El laboratorio no responde. La página seguirá intentándolo y se recuperará sola."),
        "server.locked": _("El laboratorio ha cambiado de clave: abre la dirección que muestra su terminal."),
    }


def _home() -> dict[str, str]:
    return {
        "home.title": _("La concurrencia, a la vista"),
        "home.lead": _(
            "Ejecuta cada lección desde aquí y mira qué hacen sus hilos de verdad: quién espera, quién tiene el lock "
            "y en qué momento se estropea todo."
        ),
        "home.begin": _("Empezar"),
        "home.go_on": _("Continuar"),
        "home.running": _("En marcha"),
        "home.since": _("desde las {time}"),
        "home.hours": _("{least}-{most} horas"),
        "home.done.one": _("{done} de {n} lección"),
        "home.done.other": _("{done} de {n} lecciones"),
        "home.is_done": _("hecho"),
        "home.progress": _("Progreso: {path}"),
        "home.exercises": _("Ejercicios"),
        "home.exercises.about": _(
            "Programas rotos que hay que arreglar. Solo se aprueban cuando ningún orden de ejecución puede romperlos."
        ),
        "home.to_exercises": _("Ver los ejercicios"),
        "home.solved": _("{done} de {n} resueltos"),
        "level.beginner": _("Principiante"),
        "level.beginner.about": _("Hilos, procesos, el GIL y una cola de trabajos."),
        "level.intermediate": _("Intermedio"),
        "level.intermediate.about": _("Entrada y salida asíncronas, y medir lo que pasa."),
        "level.advanced": _("Avanzado"),
        "level.advanced.about": _("Carreras, locks y deadlocks: verlos, provocarlos y curarlos."),
        "exercises.lead": _(
            "Arregla cada programa hasta que ningún orden de ejecución lo rompa; si alguno lo rompe, lo verás paso a "
            "paso."
        ),
        "exercises.own": _("Comprobar un programa tuyo"),
        "exercises.puzzle": _("Rómpelo tú: elige qué hilo avanza"),
        "exercises.stars.one": _("Dificultad {stars} ({n} de 5)"),
        "exercises.stars.other": _("Dificultad {stars} ({n} de 5)"),
    }


def _lesson() -> dict[str, str]:
    return {
        "lesson.reading": _("La lección"),
        "lesson.theory": _("Teoría"),
        "lesson.source": _("Código"),
        "lesson.bench": _("Experimenta"),
        "lesson.mark_done": _("Marcar como hecha"),
        "lesson.done": _("Hecha"),
        "lesson.ready": _("Elige los parámetros y pulsa Ejecutar."),
        "lesson.running": _("En marcha: cada carril es un hilo."),
        "lesson.over": _("Ha terminado."),
        "lesson.show_there": _("Ver ese momento"),
        "lesson.runs": _("Tus ejecuciones, comparadas"),
        "lesson.runs.about": _("Cambia un solo parámetro, ejecuta otra vez y compara las dos filas."),
        "lesson.runs.table": _("Tabla de ejecuciones"),
        "lesson.run": _("Ejecución"),
        "run.run": _("Ejecutar"),
        "run.stop": _("Detener"),
        "run.choose": _("Ejecución que se muestra"),
        "run.services": _("Los servicios del curso (./run.sh start)"),
        "run.by_hand": _("desde un terminal"),
        "run.gone": _("Esta ejecución ya no está: el laboratorio se ha reiniciado."),
        "status.running": _("en marcha"),
        "status.ok": _("terminada"),
        "status.failed": _("ha fallado"),
        "status.killed": _("matada"),
        "status.stopped": _("detenida"),
        "status.deadlock": _("deadlock"),
        "status.gone": _("ya no está"),
        "output.title": _("Salida"),
        "output.name": _("Lo que escribe la lección"),
        "output.none": _("Aquí aparecerá lo que escriba la lección."),
        "output.cut": _("Se muestran las últimas {n} líneas."),
        "source.name": _("Código de {file}"),
        "lesson.changed": _("{parameter}: de {before} a {now}. Esto ha cambiado:"),
        "figure.raced": _("Experimentos con carrera"),
        "figure.switches": _("Cambios de contexto por segundo"),
        "figure.acquisitions": _("Locks conseguidos por segundo"),
        "figure.wait": _("Espera P95 (el 95 % espera menos)"),
        "figure.deadlocks": _("Deadlocks"),
        "figure.timeouts": _("Esperas agotadas"),
    }


def _panels() -> dict[str, str]:
    return {
        "live.lead": _("Los paneles de esta ejecución. Pulsa en un punto de cualquiera para ver qué hacían los hilos."),
        "live.services": _("Lo que publican los servicios que ./run.sh start deja en marcha, leído en sus puertos."),
        "live.nothing": _("Todavía no hay nada que mostrar. Ejecuta una de estas lecciones:"),
        "live.silent": _(
            "Ninguno de los servicios está en marcha. Arráncalos con ./run.sh start en un terminal, o ejecuta una de "
            "estas lecciones, que traen sus propios paneles:"
        ),
        "live.window": _("Cuánto tiempo se muestra"),
        "live.seconds.one": _("Último segundo"),
        "live.seconds.other": _("Últimos {n} s"),
        "panel.now": _("ahora"),
        "panel.what": _("Qué mirar"),
        "panel.as_table": _("Ver como tabla"),
        "panel.as_plot": _("Ver como gráfico"),
        "panel.more.one": _("y {n} más, en la tabla"),
        "panel.more.other": _("y {n} más, en la tabla"),
        "panel.empty": _("sin datos todavía"),
        "panel.calm": _("todo en orden"),
        "panel.warning": _("atención"),
        "panel.critical": _("crítico"),
        "panel.alert_from": _("alerta desde"),
        "panel.ago": _("hace {ago}: {values}"),
        "panel.heat.one": _("{n} operación en un segundo, de {most}"),
        "panel.heat.other": _("{n} operaciones en un segundo, casi todas de {most}"),
        "panel.series": _("Serie"),
        "panel.last": _("Último"),
        "panel.least": _("Mínimo"),
        "panel.most": _("Máximo"),
        "panel.bucket": _("Duración"),
        "panel.count": _("Operaciones"),
    }


def _timeline() -> dict[str, str]:
    return {
        "timeline.lead": _("Cada carril es un hilo: qué espera, qué lock tiene y cuándo corre."),
        "timeline.nothing": _("Todavía no hay ningún hilo que mostrar. Ejecuta una de estas lecciones:"),
        "timeline.name": _("Línea de tiempo de los hilos"),
        "timeline.keys": _(
            "Flechas a los lados: mover. Más y menos: acercar y alejar. Flechas arriba y abajo: elegir hilo. Intro y "
            "coma: tramo siguiente y anterior. N y P: suceso siguiente y anterior. Espacio: parar o seguir. Inicio y "
            "Fin: principio y presente. Cero: verlo todo."
        ),
        "timeline.hint": _(
            "Pulsa en un tramo para saber qué es. Con el teclado: flechas, + y −, Intro, N y P, espacio; con la rueda: "
            "Ctrl acerca, Mayús mueve."
        ),
        "timeline.hint_short": _("Pulsa en un tramo para saber qué es y qué línea del código lo causó."),
        "timeline.pause": _("Congelar"),
        "timeline.live": _("Ir al presente"),
        "timeline.end": _("Ir al final"),
        "timeline.back": _("Hacia atrás"),
        "timeline.forward": _("Hacia delante"),
        "timeline.in": _("Acercar"),
        "timeline.out": _("Alejar"),
        "timeline.table": _("Ver como tabla"),
        "timeline.runs": _("corre"),
        "timeline.waits": _("espera un lock"),
        "timeline.empty": _("Esperando al primer hilo…"),
        "timeline.choose_lock": _("Resaltar este lock en todas las vistas"),
        "timeline.none": _("No se vio ningún hilo de esta ejecución."),
        "timeline.more.one": _("Hay {n} hilo más que no cabe: se ven los más recientes."),
        "timeline.more.other": _("Hay {n} hilos más que no caben: se ven los más recientes."),
        "timeline.is_running": _("{thread} corre en {at}, sin esperar ni tener ningún lock."),
        "timeline.stack": _("Pila de llamadas"),
        "timeline.marks": _("Sucesos"),
        "timeline.to_panels": _("Paneles"),
        "timeline.to_step": _("Verlo paso a paso"),
        "timeline.perfetto": _("Exportar"),
        "timeline.perfetto_what": _("Descarga la traza para abrirla en Perfetto (ui.perfetto.dev)"),
        "timeline.table_threads": _("Hilos entre {from} y {to}"),
        "timeline.table_segments": _("Tramos, del más reciente al más antiguo"),
        "timeline.table_last": _("Los {n} tramos más recientes"),
        "timeline.thread": _("Hilo"),
        "timeline.waits_count": _("Esperas"),
        "timeline.waited": _("Ha esperado"),
        "timeline.share": _("De su tiempo"),
        "timeline.held": _("Con locks"),
        "segment.run": _("{thread} corre durante {length} desde {at}."),
        "segment.wait": _("{thread} esperó {lock} durante {length}, desde {at}."),
        "segment.wait.open": _("{thread} espera {lock} desde {at}: lleva {length}."),
        "segment.hold": _("{thread} tuvo {lock} durante {length}, desde {at}."),
        "segment.hold.many": _("{thread} tuvo {lock} {times} veces en {length}, desde {at}: {spent} en total."),
        "segment.hold.open": _("{thread} tiene {lock} desde {at}: lleva {length}."),
        "segment.io": _("{thread} esperó una entrada o salida durante {length}, desde {at}."),
        "segment.io.open": _("{thread} espera una entrada o salida desde {at}: lleva {length}."),
        "segment.sleep": _("{thread} durmió {length}, desde {at}."),
        "segment.sleep.open": _("{thread} duerme desde {at}: lleva {length}."),
        "mark.deadlock": _("Deadlock"),
        "mark.timeout": _("Espera agotada"),
        "mark.order": _("Locks en orden contrario"),
        "mark.corrupt": _("Dato corrupto"),
        "graph.empty": _("Ningún hilo tiene ni espera nada."),
        "graph.nobody": _("Ningún hilo espera."),
        "graph.holds": _("lo tiene"),
        "graph.waits": _("lo espera"),
        "graph.cycle": _("Es un ciclo: ninguno puede seguir."),
        "graph.waits_for": _("{thread} espera {lock}."),
        "graph.waits_for_held": _("{thread} espera {lock}, que tiene {holder}."),
    }


def _jobs_and_alerts() -> dict[str, str]:
    return {
        "jobs.lead": _("La cola de trabajos: qué espera, por prioridad; qué hace cada worker; qué se dio por perdido."),
        "jobs.nothing": _("Ninguna cola está en marcha. La lección de la cola de trabajos tiene una."),
        "jobs.to_lesson": _("Ir a la lección"),
        "jobs.by_priority": _("En espera, por prioridad"),
        "jobs.workers": _("Workers"),
        "jobs.no_workers": _("Sin workers ahora mismo."),
        "jobs.dead": _("Trabajos perdidos"),
        "jobs.no_dead": _("Ninguno: todo lo que falló se reintentó con éxito o sigue intentándose."),
        "jobs.waiting": _("En espera"),
        "jobs.running": _("En curso"),
        "jobs.retrying": _("Por reintentar"),
        "jobs.ok": _("Terminados"),
        "jobs.failed": _("Fallidos"),
        "jobs.cancelled": _("Cancelados"),
        "jobs.worker": _("Worker"),
        "jobs.state": _("Estado"),
        "jobs.job": _("Trabajo"),
        "jobs.since": _("Desde hace"),
        "jobs.error": _("Error"),
        "jobs.attempts": _("Intentos"),
        "jobs.when": _("Hora"),
        "priority.high": _("Alta"),
        "priority.normal": _("Normal"),
        "priority.low": _("Baja"),
        "worker.idle": _("libre"),
        "worker.running": _("ocupado"),
        "alerts.lead": _("Lo que ha enviado el webhook de Alertmanager, de lo más reciente a lo más antiguo."),
        "alerts.nothing": _("Ninguna alerta. Buena señal."),
        "alerts.away": _(
            "Nadie está recibiendo alertas. El laboratorio funciona igual; para verlas aquí, deja en marcha en otro "
            "terminal:"
        ),
        "alerts.resolved": _("resuelta"),
        "alerts.action": _("Qué hacer:"),
        "severity.critical": _("crítica"),
        "severity.warning": _("aviso"),
        "severity.info": _("información"),
    }
