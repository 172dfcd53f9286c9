"""Checks of topic 05, coordination: the bounded box."""

from collections.abc import Callable, Sequence
from typing import Any

from hilos.course.catalogue import Text
from hilos.course.gates import Judge

FULL = Text(
    "Se pierde o se repite una cosa, o el buzón guarda más de las que caben.",
    "A thing is lost or comes twice, or the box keeps more than fit.",
)

CROWDED = 400
"""Interleavings tried with 2 producers and 2 consumers of 2 things each."""


class Post:
    """A box of the answer's, and what went through it.

    Attributes:
        box: the answer's.
        capacity: of the box.
        bells: the conditions that it is made of: any thread may be woken for nothing.
        got: what each consumer got, in order.
        finished: puts that came back.
        begun: gets that were called.
    """

    def __init__(self, box: Any, capacity: int, consumers: int) -> None:
        self.box = box
        self.capacity = capacity
        self.bells = [each for each in vars(box).values() if hasattr(each, "notify_all")]
        self.got: dict[int, list[str]] = {number: [] for number in range(consumers)}
        self.finished = 0
        self.begun = 0


def _producer(things: Sequence[str]) -> Callable[[Post], None]:
    def produce(post: Post) -> None:
        for thing in things:
            post.box.put(thing)

    return produce


def _consumer(number: int, count: int) -> Callable[[Post], None]:
    def consume(post: Post) -> None:
        for _ in range(count):
            post.got[number].append(post.box.get())

    return consume


def _counted(post: Post) -> None:
    """A producer of two that notes how many puts came back although nobody had called get() for them."""
    for thing in "ab":
        post.box.put(thing)
        post.finished += 1
        assert post.finished - post.begun <= post.capacity, f"{post.finished - post.begun} > {post.capacity}"


def _counting(post: Post) -> None:
    for _ in range(2):
        post.begun += 1
        post.got[0].append(post.box.get())


def _bell(times: int) -> Callable[[Post], None]:
    """Wakes everybody for nothing, as a condition may."""

    def ring(post: Post) -> None:
        for _ in range(times):
            for each in post.bells:
                with each:
                    each.notify_all()

    return ring


def plural(n: int, one: str, many: str) -> str:
    return f"{n} {one if n == 1 else many}"


def _box(judge: Judge, sizes: Sequence[tuple[int, Sequence[str], Sequence[int]]], bell: bool) -> None:
    """Ask about a bounded box: `sizes` are its capacity, what each producer puts and how much each consumer gets."""
    answer = judge.answer

    def post(capacity: int, consumers: int) -> Callable[[], Post]:
        return lambda: Post(answer.Box(capacity), capacity, consumers)

    def ask(
        question: Callable[..., None], capacity: int, puts: Sequence[str], gets: Sequence[int], **how: Any
    ) -> dict[str, Any]:
        program: dict[str, Any] = {
            "setup": post(capacity, len(gets)),
            "workers": [*map(_producer, puts), *(_consumer(number, count) for number, count in enumerate(gets))],
            "invariant": lambda state: (
                sorted(str(thing) for got in state.got.values() for thing in got) == sorted("".join(puts))
            ),
        }
        question(
            Text(
                f"{plural(len(puts), 'productor', 'productores')}, {plural(len(gets), 'consumidor', 'consumidores')}, "
                f"{plural(sum(gets), 'cosa', 'cosas')} y sitio para {capacity}",
                f"{plural(len(puts), 'producer', 'producers')}, {plural(len(gets), 'consumer', 'consumers')}, "
                f"{plural(sum(gets), 'thing', 'things')} and room for {capacity}",
            ),
            wrong=FULL,
            **how,
            **program,
        )
        return program

    program: dict[str, Any] = {}
    for capacity, puts, gets in sizes:
        program = ask(judge.prove, capacity, puts, gets)
    for capacity in (1, 2):
        judge.prove(
            Text(
                f"1 productor, 1 consumidor, 2 cosas y sitio para {capacity}",
                f"1 producer, 1 consumer, 2 things and room for {capacity}",
            ),
            setup=post(capacity, 1),
            workers=[_counted, _counting],
            invariant=lambda state: state.got[0] == ["a", "b"],
            wrong=FULL,
        )
    if bell:
        judge.prove(
            Text(
                "1 productor, 1 consumidor, 1 cosa y 2 despertares sin motivo",
                "1 producer, 1 consumer, 1 thing and 2 wake-ups for nothing",
            ),
            setup=post(1, 1),
            workers=[_producer("a"), _consumer(0, 1), _bell(2)],
            invariant=lambda state: state.got[0] == ["a"],
            wrong=FULL,
        )
        judge.prove(
            Text(
                "1 productor, 1 consumidor, 2 cosas y un despertar sin motivo",
                "1 producer, 1 consumer, 2 things and a wake-up for nothing",
            ),
            setup=post(1, 1),
            workers=[_counted, _counting, _bell(1)],
            invariant=lambda state: state.got[0] == ["a", "b"],
            wrong=FULL,
        )
    if not bell:
        # Two of each and two things each is too much for a proof.
        ask(judge.hunt, 1, ("ab", "cd"), (2, 2), executions=CROWDED)
    judge.real(**program)


def if_or_while(judge: Judge) -> None:
    """Nothing lost and nobody stuck with 1 or 2 on each side, also when woken for nothing; the capacity holds."""
    _box(judge, [(1, ("a",), (1,)), (1, ("ab",), (1, 1)), (1, ("a", "b"), (1, 1))], bell=True)


def wrong_one_woken(judge: Judge) -> None:
    """Nobody is left waiting with 2 producers and 2 consumers; the capacity holds."""
    _box(judge, [(1, ("ab",), (2,)), (1, ("a", "b"), (1, 1)), (2, ("ab",), (1, 1))], bell=False)
