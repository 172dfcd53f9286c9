"""Check of 10.3: what is wrong with five recorded services, and where it shows."""

import re
from collections.abc import Callable

from hilos.course.catalogue import Text
from hilos.course.gates import Colour, Judge, Lamp
from hilos.course.recordings import SECONDS, Bug, Recording, recorded

NAMES = {
    "contention": Bug.CONTENTION,
    "contencion": Bug.CONTENTION,
    "contención": Bug.CONTENTION,
    "convoy": Bug.CONVOY,
    "livelock": Bug.LIVELOCK,
    "starvation": Bug.STARVATION,
    "inanicion": Bug.STARVATION,
    "inanición": Bug.STARVATION,
    "leak": Bug.LEAK,
    "fuga": Bug.LEAK,
}
SAID = {
    Bug.CONTENTION: Text("contención", "contention"),
    Bug.CONVOY: Text("convoy", "convoy"),
    Bug.LIVELOCK: Text("livelock", "livelock"),
    Bug.STARVATION: Text("inanición", "starvation"),
    Bug.LEAK: Text("fuga", "leak"),
}
OTHERWISE = {
    Bug.CONTENTION: Text(
        "En una contención todos terminan trabajos, por turnos, y con el lock siempre trabaja alguien",
        "In contention everybody ends jobs, in turn, and somebody always works with the lock",
    ),
    Bug.CONVOY: Text(
        "En un convoy quien tiene el lock espera otra cosa, y todos los demás lo esperan",
        "In a convoy who has the lock waits for something else, and all others wait for it",
    ),
    Bug.LIVELOCK: Text(
        "En un livelock todos gastan CPU y nadie termina nada",
        "In a livelock everybody uses the CPU and nobody ends anything",
    ),
    Bug.STARVATION: Text(
        "En una inanición los demás siguen terminando trabajos y a uno nunca le toca",
        "In starvation the others go on ending jobs and one never has its turn",
    ),
    Bug.LEAK: Text(
        "En una fuga hay algo en uso con lo que ya no trabaja nadie, y cada vez más",
        "In a leak something is in use that nobody works with any longer, and ever more of it",
    ),
}
"""What would show if it were that."""
EVIDENCE = {
    Bug.CONTENTION: Text(
        "Nombra a uno que espera y unos segundos seguidos en los que, mientras, el lock pasa por los otros dos",
        "Name one who waits, and seconds on end in which the lock meanwhile goes through the other two",
    ),
    Bug.CONVOY: Text(
        "Nombra a quien tiene el lock sin trabajar y al menos 2 segundos en los que todos los demás lo esperan",
        "Name who has the lock without working, and at least 2 seconds in which all others wait for it",
    ),
    Bug.LIVELOCK: Text(
        "Nombra a uno y unos segundos en los que deshaga dos veces lo que había hecho, y algún otro también",
        "Name one, and seconds in which it twice undoes what it had done, and some other one too",
    ),
    Bug.STARVATION: Text(
        "Nombra a quien espera y unos segundos seguidos en los que cada uno de los otros termina 2 trabajos",
        "Name who waits, and seconds on end in which each of the others ends 2 jobs",
    ),
    Bug.LEAK: Text(
        "Nombra a quien no devuelve lo que usaba y el segundo en que falla, con uno más a cada lado como mucho",
        "Name who does not give back what it used, and the second in which it fails, with one more each side at most",
    ),
}
"""What shows it."""

Window = range


def _contention(recording: Recording, name: str, window: Window) -> bool:
    holders = {other for other, lane in recording.lanes.items() for second in window if lane[second] == "#"}
    busy = all(any(lane[second] == "#" for lane in recording.lanes.values()) for second in window)
    return _only(recording, name, window, ".") and busy and len(holders) > 1


def _convoy(recording: Recording, name: str, window: Window) -> bool:
    others = [other for other in recording.lanes if other != name]
    waited = all(_only(recording, other, window, ".") for other in others)
    return len(window) > 1 and waited and _only(recording, name, window, "D")


def _livelock(recording: Recording, name: str, window: Window) -> bool:
    undone = {other: [lane[second] for second in window].count("x") for other, lane in recording.lanes.items()}
    ended = any(done[second] for done in recording.done.values() for second in window)
    return not ended and undone[name] > 1 and sum(times > 1 for times in undone.values()) > 1


def _starvation(recording: Recording, name: str, window: Window) -> bool:
    ended = [sum(done[second] for second in window) for other, done in recording.done.items() if other != name]
    return _only(recording, name, window, ".") and min(ended) > 1


def _leak(recording: Recording, name: str, window: Window) -> bool:
    return len(window) < 4 and "!" in [recording.lanes[name][second] for second in window]


SHOWS: dict[Bug, Callable[[Recording, str, Window], bool]] = {
    Bug.CONTENTION: _contention,
    Bug.CONVOY: _convoy,
    Bug.LIVELOCK: _livelock,
    Bug.STARVATION: _starvation,
    Bug.LEAK: _leak,
}
"""Whether what a worker does in these seconds shows the bug."""


def _only(recording: Recording, name: str, window: Window, letter: str) -> bool:
    return all(recording.lanes[name][second] == letter for second in window)


def read_the_panel(judge: Judge) -> None:
    """Each of five recordings is called by its bug, with a worker and the seconds that show it."""
    for letter, (bug, recording) in recorded().items():
        found = _mistake(getattr(judge.answer, letter, None), bug, recording)
        if found is not None:
            judge.refuse(Lamp.SAFETY, f"{letter}: {found}.")
            return
        said = Text(f"{letter}: {SAID[bug].es}, y se ve ahí.", f"{letter}: {SAID[bug].en}, and there it shows.")
        judge.add(Lamp.SAFETY, Colour.GREEN, str(said))


def _mistake(written: object, bug: Bug, recording: Recording) -> Text | None:
    """What is wrong with one answer, if anything."""
    text = written if isinstance(written, str) else ""
    match = re.fullmatch(r"(\w+)[\s,:]+(\w+)[\s,:]+(\d+)(?:\s*-\s*(\d+))?", text.strip().lower())
    named = NAMES.get(match[1]) if match else None
    if match is None or named is None or match[2] not in recording.lanes:
        said = text.strip()[:40]
        return Text(
            f"escribe qué falla, quién y en qué segundos, como «convoy ana 3-5»; no «{said}»",
            f'write what is wrong, who, and in which seconds, like "convoy ana 3-5"; not "{said}"',
        )
    first = int(match[3])
    last = int(match[4] or first)
    if not first <= last < SECONDS:
        return Text(
            f"los segundos van de 0 a {SECONDS - 1}, y primero el menor",
            f"the seconds go from 0 to {SECONDS - 1}, the smaller one first",
        )
    if named is not bug:
        why = OTHERWISE[named]
        return Text(f"no es {SAID[named].es}. {why.es}", f"it is not {SAID[named].en}. {why.en}")
    if not SHOWS[bug](recording, match[2], range(first, last + 1)):
        shown = EVIDENCE[bug]
        return Text(
            f"sí, {SAID[bug].es}, pero ahí no se ve. {shown.es}",
            f"yes, {SAID[bug].en}, but it does not show there. {shown.en}",
        )
    return None
