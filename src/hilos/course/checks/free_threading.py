"""Checks of topic 09, without the GIL."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from hilos.course.catalogue import Text
from hilos.course.gates import Judge


class _Cursor:
    """An iterator over a sequence as it is without the GIL: `next()` reads the position, then writes it.

    CPython's own list iterator does these two in C (Objects/listobject.c), where no other thread could come between
    them as long as there was a GIL.
    """

    def __init__(self, elements: Sequence[str]) -> None:
        self.elements = elements
        self.position = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        position = self.position
        if position >= len(self.elements):
            raise StopIteration
        self.position = position + 1
        return self.elements[position]


class _Line:
    """What can be gone through as often as one likes, as a list can."""

    def __init__(self, elements: Sequence[str]) -> None:
        self.elements = elements

    def __iter__(self) -> Iterator[str]:
        return _Cursor(self.elements)


class _Generator(_Cursor):
    """As a generator: whoever asks while it runs for another thread gets a ValueError."""

    def __init__(self, elements: Sequence[str]) -> None:
        super().__init__(elements)
        self.running = False

    def __next__(self) -> str:
        if self.running:
            raise ValueError("generator already executing")
        self.running = True
        try:
            return super().__next__()
        finally:
            self.running = False


def worked_with_gil(judge: Judge) -> None:
    """Each customer is served once, from what is like a list and from what is like a generator; two at a time."""

    def program(kind: Callable[[str], Any], names: str, workers: int, seconds: float = 1.0) -> Callable[[], None]:
        def body() -> None:
            served: list[str] = []

            def serve(customer: str) -> None:
                time.sleep(seconds)
                served.append(customer)

            judge.answer.serve_all(kind(names), workers, serve)
            assert sorted(served) == sorted(names), served

        return body

    wrong = Text(
        "Un cliente es atendido dos veces, o ninguna, o un hilo muere al pedir el siguiente.",
        "A customer is served twice, or never, or a thread dies as it asks for the next one.",
    )
    sizes: tuple[tuple[Callable[[str], Any], str, int], ...] = (
        (_Line, "ab", 2), (_Generator, "ab", 2), (_Line, "aba", 2), (_Generator, "a", 3), (_Line, "", 2),
    )  # fmt: skip
    for kind, names, workers in sizes:
        what = Text("un generador", "a generator") if kind is _Generator else Text("un iterador", "an iterator")
        judge.prove(
            Text(
                f"{workers} hilos, {what.es} sin GIL y {len(names)} clientes",
                f"{workers} threads, {what.en} without the GIL and {len(names)} customers",
            ),
            body=program(kind, names, workers),
            wrong=wrong,
        )
    for count in (2, 3):
        judge.makespan(
            Text(f"{count} hilos y {count} clientes de 1 s", f"{count} threads and {count} customers of 1 s"),
            1.0,
            body=program(_Line, "abc"[:count], count),
            slow=Text("Se atiende de uno en uno.", "They are served one at a time."),
        )
    judge.real(body=program(lambda names: iter(list(names)), "abcde", 3, 0.01))


def per_thread(judge: Judge) -> None:
    """The count is right at 2 parts x 1 and x 2 and 3 x 1; two parts at a time; no write of the loop is shared."""

    def program(parts: list[tuple[int, ...]], seconds: float = 1.0, looked_at: bool = False) -> Callable[[], None]:
        def body() -> None:
            threads = set()

            def accept(number: int) -> bool:
                if looked_at:
                    threads.add(threading.get_ident())
                time.sleep(seconds)
                return number % 10 != 9

            found = judge.answer.count(parts, accept)
            wanted = sum(number % 10 != 9 for part in parts for number in part)
            assert found == wanted, f"{found} != {wanted}"
            assert not looked_at or len(threads) < len(parts), "to be looked at"

        return body

    wrong = Text("La cuenta no es la buena.", "The count is not right.")
    given: list[list[tuple[int, ...]]] = [[(1,), (11,)], [(1, 2), (11, 19)], [(1,), (), (21,)]]
    for parts in given:
        sizes = ", ".join(str(len(part)) for part in parts)
        judge.prove(Text(f"partes de {sizes}", f"parts of {sizes}"), body=program(parts), wrong=wrong)
    judge.makespan(
        Text("2 partes de 2 elementos de 1 s", "2 parts of 2 elements of 1 s"),
        2.0,
        body=program([(1, 2), (11, 12)]),
        slow=Text("Las partes se cuentan una tras otra.", "The parts are counted one after the other."),
    )
    judge.apart(
        Text("2 partes de 2 y de 4 elementos", "2 parts of 2 and of 4 elements"),
        few=program([(1, 2), (11, 12)], looked_at=True),
        many=program([(1, 2, 3, 4), (11, 12, 13, 14)], looked_at=True),
        shared=Text(
            "Con más elementos se escribe más en memoria que usan varios hilos",
            "With more elements, more is written to memory that several threads use",
        ),
    )
    judge.real(body=program([(1, 2, 3), (11, 19)], 0.01))
