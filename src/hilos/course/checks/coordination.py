"""Checks of topic 05, coordination."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from hilos.course.catalogue import Text
from hilos.course.gates import Judge, Lamp

FULL = Text(
    "Se pierde o se repite una cosa, o el buzón guarda más de las que caben.",
    "A thing is lost or comes twice, or the box keeps more than fit.",
)


class _Post:
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


def _producer(things: Sequence[str]) -> Callable[[_Post], None]:
    def produce(post: _Post) -> None:
        for thing in things:
            post.box.put(thing)

    return produce


def _consumer(number: int, count: int) -> Callable[[_Post], None]:
    def consume(post: _Post) -> None:
        for _ in range(count):
            post.got[number].append(post.box.get())

    return consume


def _counted(post: _Post) -> None:
    """A producer of two that notes how many puts came back although nobody had called get() for them."""
    for thing in "ab":
        post.box.put(thing)
        post.finished += 1
        assert post.finished - post.begun <= post.capacity, f"{post.finished - post.begun} > {post.capacity}"


def _counting(post: _Post) -> None:
    for _ in range(2):
        post.begun += 1
        post.got[0].append(post.box.get())


def _bell(times: int) -> Callable[[_Post], None]:
    """Wakes everybody for nothing, as a condition may."""

    def ring(post: _Post) -> None:
        for _ in range(times):
            for each in post.bells:
                with each:
                    each.notify_all()

    return ring


def _count(n: int, one: str, many: str) -> str:
    return f"{n} {one if n == 1 else many}"


def _box(judge: Judge, sizes: Sequence[tuple[int, Sequence[str], Sequence[int]]], bell: bool) -> None:
    """Ask about a bounded box: `sizes` are its capacity, what each producer puts and how much each consumer gets."""
    answer = judge.answer

    def post(capacity: int, consumers: int) -> Callable[[], _Post]:
        return lambda: _Post(answer.Box(capacity), capacity, consumers)

    for capacity, puts, gets in sizes:
        program: dict[str, Any] = {
            "setup": post(capacity, len(gets)),
            "workers": [*map(_producer, puts), *(_consumer(number, count) for number, count in enumerate(gets))],
            "invariant": lambda state, puts=puts: (
                sorted(str(thing) for got in state.got.values() for thing in got) == sorted("".join(puts))
            ),
        }
        judge.prove(
            Text(
                f"{_count(len(puts), 'productor', 'productores')}, {_count(len(gets), 'consumidor', 'consumidores')}, "
                f"{_count(sum(gets), 'cosa', 'cosas')} y sitio para {capacity}",
                f"{_count(len(puts), 'producer', 'producers')}, {_count(len(gets), 'consumer', 'consumers')}, "
                f"{_count(sum(gets), 'thing', 'things')} and room for {capacity}",
            ),
            wrong=FULL,
            **program,
        )
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
    judge.real(**program)


def if_or_while(judge: Judge) -> None:
    """Nothing lost and nobody stuck with 1 or 2 on each side, also when woken for nothing; the capacity holds."""
    _box(judge, [(1, ("a",), (1,)), (1, ("ab",), (1, 1)), (1, ("a", "b"), (1, 1))], bell=True)


def wrong_one_woken(judge: Judge) -> None:
    """Nobody is left waiting with 2 producers and 2 consumers; the capacity holds."""
    _box(judge, [(1, ("a", "b"), (1, 1)), (2, ("ab",), (1, 1))], bell=False)


def print_in_order(judge: Judge) -> None:
    """Always in order, at 2 and 3 threads; 4 texts of a second are prepared in one second."""
    tell_in_order = judge.answer.tell_in_order

    def texts(count: int, seconds: float = 1.0) -> Callable[[], None]:
        def body() -> None:
            shown: list[str] = []

            def prepare(number: int) -> str:
                time.sleep(seconds)
                return f"text {number}"

            tell_in_order(count, prepare, shown.append)
            assert shown == [f"text {number}" for number in range(count)], shown

        return body

    for count in (2, 3):
        judge.prove(
            Text(f"{count} hilos", f"{count} threads"),
            body=texts(count),
            wrong=Text("Los textos no salen en orden.", "The texts do not come out in order."),
        )
    judge.makespan(
        Text("4 textos de 1 s", "4 texts of 1 s"),
        1.0,
        body=texts(4),
        slow=Text("Los textos se preparan uno tras otro.", "The texts are prepared one after another."),
    )
    judge.real(body=texts(3, 0.01))


class _Handed:
    """A result of the answer's, and what each reader got."""

    def __init__(self, result: Any) -> None:
        self.result = result
        self.got: dict[int, Any] = {}


def burning_wait(judge: Judge) -> None:
    """Each of 1 or 2 readers gets the value, whether it comes before or after it, and none keeps asking."""
    answer = judge.answer

    def reader(number: int) -> Callable[[_Handed], None]:
        def read(state: _Handed) -> None:
            state.got[number] = state.result.get()

        return read

    def write(state: _Handed) -> None:
        state.result.set("bread")

    for readers in (1, 2):
        program: dict[str, Any] = {
            "setup": lambda: _Handed(answer.Result()),
            "workers": [write, *map(reader, range(readers))],
            "invariant": lambda state, readers=readers: state.got == dict.fromkeys(range(readers), "bread"),
        }
        judge.prove(
            Text(
                f"1 hilo que pone el valor y {_count(readers, 'que lo espera', 'que lo esperan')}",
                f"1 thread that sets the value and {_count(readers, 'that waits', 'that wait')}",
            ),
            lamps=(Lamp.SAFETY, Lamp.DEADLOCK, Lamp.LIVENESS),
            wrong=Text("get() vuelve sin el valor.", "get() returns without the value."),
            **program,
        )
    judge.real(**program)


class _Site:
    """A finish line of the answer's, and which workers are done."""

    def __init__(self, finish: Any, workers: int) -> None:
        self.finish = finish
        self.done = dict.fromkeys(range(workers), False)


def lost_notification(judge: Judge) -> None:
    """Every wait ends, and not before all are done: 1 or 2 workers, 1 or 2 who wait."""
    answer = judge.answer

    def worker(number: int) -> Callable[[_Site], None]:
        def work(site: _Site) -> None:
            site.done[number] = True
            site.finish.done()

        return work

    def wait(site: _Site) -> None:
        site.finish.wait_all()
        missing = [number for number in site.done if not site.done[number]]
        assert not missing, missing

    for workers, waiting in ((1, 1), (2, 1), (1, 2)):
        program: dict[str, Any] = {
            "setup": lambda workers=workers: _Site(answer.Finish(workers), workers),
            "workers": [*map(worker, range(workers)), *[wait] * waiting],
        }
        judge.prove(
            Text(
                f"{_count(workers, 'obrero', 'obreros')} y {waiting} que {'espera' if waiting == 1 else 'esperan'}",
                f"{_count(workers, 'worker', 'workers')} and {waiting} who {'waits' if waiting == 1 else 'wait'}",
            ),
            lamps=(Lamp.SAFETY, Lamp.DEADLOCK, Lamp.LIVENESS),
            wrong=Text(
                "wait_all() vuelve antes de que terminen todos.", "wait_all() returns before all have finished."
            ),
            **program,
        )
    judge.real(**program)


class _Failure(Exception):
    """What a work of the check raises."""


def fattening_semaphore(judge: Judge) -> None:
    """After a failure, never more inside than permits, and nobody shut out, at 1 permit; two do work at once."""
    answer = judge.answer

    def works(size: int, threads: int, failures: int, seconds: float = 1.0) -> Callable[[], None]:
        def body() -> None:
            pool = answer.Pool(size)
            inside: list[int] = []

            def work(number: int) -> Callable[[], int]:
                def take() -> int:
                    inside.append(number)
                    count = len(inside)
                    assert count <= size, f"{count} > {size}"
                    time.sleep(seconds)
                    inside.remove(number)
                    return number

                return take

            def fail() -> None:
                raise _Failure

            def use(number: int) -> None:
                assert pool.use(work(number)) == number

            for _ in range(failures):
                try:
                    pool.use(fail)
                except _Failure:
                    continue
                raise AssertionError("no failure")
            users = [threading.Thread(target=use, args=(number,)) for number in range(threads)]
            for each in users:
                each.start()
            for each in users:
                each.join()

        return body

    for size, threads, ask in ((1, 2, judge.prove), (1, 3, judge.prove), (2, 3, judge.hunt)):
        ask(
            Text(
                f"{_count(size, 'permiso', 'permisos')}, un fallo y después {threads} hilos",
                f"{_count(size, 'permit', 'permits')}, a failure and then {threads} threads",
            ),
            body=works(size, threads, 1),
            wrong=Text(
                "Trabajan más a la vez de los que caben, o el fallo no llega a quien llamó.",
                "More work at the same time than fit, or the failure does not reach the caller.",
            ),
        )
    judge.makespan(
        Text("2 permisos, dos fallos y después 2 trabajos de 1 s", "2 permits, two failures and then 2 works of 1 s"),
        1.0,
        body=works(2, 2, 2),
        slow=Text("Trabajan de uno en uno aunque caben dos.", "They work one by one although two fit."),
    )
    judge.real(body=works(2, 3, 1, 0.01))
