"""What a lesson file needs beside what it teaches: narration, options, serving.

from hilos import lesson

_ = lesson.translator("threading_basics")

def teach(tell: lesson.Narrator, options: lesson.Options) -> None:
    tell.title(_("Hilos"), _("Qué es un hilo, cuándo ayuda y cuándo no."))
    ...

if __name__ == "__main__":
    raise SystemExit(lesson.run(teach, description=_("Hilos, GIL y trabajo de entrada y salida.")))
"""

from hilos.lesson.narration import Live, Narrator, Progress, grouped
from hilos.lesson.options import CourseParser, Options, duration, guarded, port_number, positive
from hilos.lesson.serving import Serving, exporting, run, serve
from hilos.lesson.source import source
from hilos.lesson.threads import Together, switch_interval, together
from hilos.lesson.trials import Experiment, Tally, chosen_interval, repeat
from hilos.locale import language, translator

__all__ = [
    "CourseParser",
    "Experiment",
    "Live",
    "Narrator",
    "Options",
    "Progress",
    "Serving",
    "Tally",
    "Together",
    "chosen_interval",
    "duration",
    "exporting",
    "grouped",
    "guarded",
    "language",
    "port_number",
    "positive",
    "repeat",
    "run",
    "serve",
    "source",
    "switch_interval",
    "together",
    "translator",
]
