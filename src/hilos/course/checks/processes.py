"""Checks of topic 07, processes: the answer runs under the model of `hilos.course.processes`."""

import ast
from collections.abc import Callable
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any

from hilos.course.catalogue import Text
from hilos.course.gates import Judge, Lamp
from hilos.course.processes import Machine, Work

BY_TURNS = Text("Los procesos trabajan por turnos.", "The processes work by turns.")
AT_HOME = Text("El trabajo no se hace en procesos hijos.", "The work is not done in child processes.")


def _machine(judge: Judge, **options: Any) -> Machine:
    for name, value in vars(judge.answer).items():
        kind = type(value)
        if kind.__module__.startswith("multiprocessing.") and not isinstance(value, BaseContext):
            said = Text(
                f"{name} ({kind.__name__}) se crea al cargar el archivo: con spawn, cada proceso tendría el suyo. "
                "Créalo en la función y pásaselo al proceso.",
                f"{name} ({kind.__name__}) is made when the file is loaded: with spawn, each process would have its "
                "own. Make it in the function and hand it to the process.",
            )
            judge.refuse(Lamp.CONTRACT, str(said))
    for node in ast.walk(ast.parse(Path(str(judge.answer.__file__)).read_text(encoding="utf-8"))):
        bases = [_last(base) for base in node.bases] if isinstance(node, ast.ClassDef) else []
        if isinstance(node, ast.ClassDef) and "Process" in bases:
            text = Text(
                f"Línea {node.lineno}: «{node.name}» deriva de Process y este ejercicio no lo admite; usa "
                "Process(target=..., args=...).",
                f'Line {node.lineno}: "{node.name}" derives from Process and this exercise does not take it; use '
                "Process(target=..., args=...).",
            )
            judge.refuse(Lamp.CONTRACT, str(text))
        elif isinstance(node, ast.Name | ast.Attribute) and _last(node) == "ProcessPoolExecutor":
            text = Text(
                f"Línea {node.lineno}: ProcessPoolExecutor no hace falta aquí y este ejercicio no lo admite; usa "
                "Process.",
                f"Line {node.lineno}: ProcessPoolExecutor is not needed here and this exercise does not take it; use "
                "Process.",
            )
            judge.refuse(Lamp.CONTRACT, str(text))
    machine = Machine(judge.answer, **options)
    judge.use(machine.images[0], machine.images[1:])
    return machine


def _last(node: ast.expr) -> str:
    """The last part of a dotted name."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _sizes(processes: int, each: str = "", each_en: str = "") -> Text:
    return Text(
        f"{processes} {'proceso' if processes == 1 else 'procesos'}{each}",
        f"{processes} {'process' if processes == 1 else 'processes'}{each_en}",
    )


def _ask(
    judge: Judge, program: Callable[..., Callable[[], None]], sizes: tuple[tuple[Text, Any], ...], wrong: Text
) -> None:
    """Ask for safety at all sizes, then whether the work was done in children, then whether at the same time."""
    for bound, size in sizes:
        judge.prove(bound, body=program(size), wrong=wrong)
    bound, size = sizes[0]
    judge.prove(bound, body=program(size, True), lamps=(Lamp.CONCURRENCY,), blame=Lamp.CONCURRENCY, wrong=AT_HOME)
    judge.makespan(bound, 1.0, body=program(size), slow=BY_TURNS)


def stays_home(judge: Judge) -> None:
    """The parent gets the sum of what 1, 2 and 3 children count."""
    machine = _machine(judge)

    def program(parts: int, where: bool = False) -> Callable[[], None]:
        given = list(range(parts))

        def body() -> None:
            work = Work(machine, parts)

            def count(part: int) -> int:
                work.note(part)
                return int(10**part)

            total = machine.main(judge.answer.total, given, count)
            if where:
                assert work.away(), work.where
            else:
                assert total == sum(10**part for part in range(parts)), total

        return body

    wrong = Text("La suma que devuelve total() no es la buena.", "The sum that total() returns is not right.")
    _ask(judge, program, ((_sizes(2), 2), (_sizes(1), 1), (_sizes(3), 3)), wrong)


def value_lock(judge: Judge) -> None:
    """None of what 2 children count is lost, at 1 and 2 numbers each, nor of 3 at 1 each."""
    machine = _machine(judge)

    def program(parts: list[list[int]], where: bool = False) -> Callable[[], None]:
        def body() -> None:
            work = Work(machine, len(parts))

            def accept(number: int) -> bool:
                work.note(number // 10)
                return number % 10 != 9

            found = machine.main(judge.answer.tally, parts, accept)
            if where:
                assert work.away(), work.where
            else:
                assert found == sum(number % 10 != 9 for part in parts for number in part), found

        return body

    wrong = Text("La cuenta que devuelve tally() no es la buena.", "The count that tally() returns is not right.")
    sizes = (
        (_sizes(2, ", un número cada uno", ", a number each"), [[1], [11]]),
        (_sizes(2, ", dos números uno de ellos", ", one of them two numbers"), [[1, 2], [11]]),
        (_sizes(2, ", y un número que no cuenta", ", and a number that does not count"), [[9, 1], [19]]),
    )
    _ask(judge, program, sizes, wrong)


def join_before_drain(judge: Judge) -> None:
    """All results come although none fits into the pipe, at 1 child x 1 and x 2 and 2 x 1."""
    machine = _machine(judge, parts=2)

    def program(parts: list[list[int]], where: bool = False) -> Callable[[], None]:
        def body() -> None:
            work = Work(machine, len(parts))

            def render(piece: int) -> str:
                work.note(piece // 10)
                return f"image {piece}"

            found = machine.main(judge.answer.collect, parts, render)
            if where:
                assert work.away(), work.where
            else:
                assert sorted(found) == sorted(f"image {piece}" for part in parts for piece in part), found

        return body

    wrong = Text("Falta algún resultado, o no está entero.", "A result is missing, or is not whole.")
    sizes = (
        (
            _sizes(2, ", un resultado cada uno, mayores que la tubería", ", a result each, larger than the pipe"),
            [[1], [11]],
        ),
        (_sizes(1, ", un resultado mayor que la tubería", ", a result larger than the pipe"), [[1]]),
        (_sizes(1, ", dos resultados mayores que la tubería", ", two results larger than the pipe"), [[1, 2]]),
    )
    _ask(judge, program, sizes, wrong)


def fork_with_threads(judge: Judge) -> None:
    """The child ends and finds whole what the lock guards, wherever the parent's thread is when it forks."""
    machine = _machine(judge, processes=1)

    def program(answer: str, where: bool = False) -> Callable[[], None]:
        def body() -> None:
            work = Work(machine, 2)

            def job() -> str:
                work.note(0)
                return answer

            def beat() -> None:
                work.note(1)

            got = machine.main(judge.answer.run, job, beat)
            if where:
                assert work.where == [1, 0], work.where
            else:
                assert got == (answer, True), got
                assert (judge.answer.begun, judge.answer.ended) == (2, 2)

        return body

    wrong = Text(
        "El hijo no envía su resultado, o ve a medias lo que protege el lock.",
        "The child does not send its result, or sees half of what the lock guards.",
    )
    bound = Text("un hilo que anota dos veces y un proceso", "a thread that notes twice and a process")
    _ask(judge, program, ((bound, "one"), (bound, "two")), wrong)


def images_per_core(judge: Judge) -> None:
    """Each tile is rendered once, and an image of 2 tiles of a second takes 2 cores at most 1.25 seconds."""
    machine = _machine(judge, processes=2)

    def program(images: list[list[int]]) -> Callable[[], None]:
        tiles = [tile for image in images for tile in image]

        def body() -> None:
            work = Work(machine, len(tiles))

            def render(tile: int) -> str:
                work.compute(tile)
                return f"tile {tile}"

            found = machine.main(judge.answer.render_all, images, render)
            assert found == {tile: f"tile {tile}" for tile in tiles}, found
            assert 0 not in work.where or len(tiles) == 1, work.where

        return body

    wrong = Text(
        "Falta algún trozo, o no lo hizo un proceso hijo.", "A tile is missing, or was not made by a child process."
    )
    for images in ([[0], [1]], [[0, 1]], [[0]]):
        lengths = " + ".join(str(len(image)) for image in images)
        judge.prove(
            Text(f"imágenes de {lengths} trozos", f"images of {lengths} tiles"), body=program(images), wrong=wrong
        )
    judge.makespan(
        Text("una imagen de 2 trozos de 1 s y 2 núcleos", "an image of 2 tiles of 1 s and 2 cores"),
        1.25,
        body=program([[0, 1]]),
        slow=Text("Un núcleo trabaja mientras otro espera.", "One core works while another waits."),
    )
