"""Checks of topic 05, coordination."""

import math
import threading
import time
from collections.abc import Callable
from typing import Any

from hilos.course.catalogue import Text
from hilos.course.checks.boxes import if_or_while, plural, wrong_one_woken
from hilos.course.gates import Judge, Lamp

__all__ = [
    "burning_wait", "fattening_semaphore", "if_or_while", "lost_notification", "print_in_order", "wrong_one_woken",
]  # fmt: skip


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
    for count in (4, judge.drawn(5, 11)):
        judge.makespan(
            Text(f"{count} textos de 1 s", f"{count} texts of 1 s"),
            math.ceil(count / 4),
            body=texts(count),
            slow=Text("Los textos se preparan uno tras otro.", "The texts are prepared one after another."),
        )
    judge.real(body=texts(3, 0.01))


class Handed:
    """A result of the answer's, and what each reader got."""

    def __init__(self, result: Any) -> None:
        self.result = result
        self.got: dict[int, Any] = {}


def burning_wait(judge: Judge) -> None:
    """Each of 1 or 2 readers gets the value, whether it comes before or after it, and none keeps asking."""
    answer = judge.answer

    def reader(number: int) -> Callable[[Handed], None]:
        def read(state: Handed) -> None:
            state.got[number] = state.result.get()

        return read

    def write(state: Handed) -> None:
        state.result.set(0)  # a value like any other, although it counts as false

    for readers in (1, 2):
        program: dict[str, Any] = {
            "setup": lambda: Handed(answer.Result()),
            "workers": [write, *map(reader, range(readers))],
            "invariant": lambda state, readers=readers: state.got == dict.fromkeys(range(readers), 0),
        }
        judge.prove(
            Text(
                f"1 hilo que pone el valor y {plural(readers, 'que lo espera', 'que lo esperan')}",
                f"1 thread that sets the value and {plural(readers, 'that waits', 'that wait')}",
            ),
            lamps=(Lamp.SAFETY, Lamp.DEADLOCK, Lamp.LIVENESS),
            wrong=Text("get() vuelve sin el valor.", "get() returns without the value."),
            **program,
        )
    judge.real(**program)


class Site:
    """A finish line of the answer's, and which workers are done."""

    def __init__(self, finish: Any, workers: int) -> None:
        self.finish = finish
        self.done = dict.fromkeys(range(workers), False)


def lost_notification(judge: Judge) -> None:
    """Every wait ends, and not before all are done: 1 or 2 workers with 1 or 2 who wait."""
    answer = judge.answer

    def worker(number: int) -> Callable[[Site], None]:
        def work(site: Site) -> None:
            site.done[number] = True
            site.finish.done()

        return work

    def wait(site: Site) -> None:
        site.finish.wait_all()
        missing = [number for number in site.done if not site.done[number]]
        assert not missing, missing

    for workers, waiting in ((1, 1), (2, 1), (1, 2), (2, 2)):
        program: dict[str, Any] = {
            "setup": lambda workers=workers: Site(answer.Finish(workers), workers),
            "workers": [*map(worker, range(workers)), *[wait] * waiting],
        }
        judge.prove(
            Text(
                f"{plural(workers, 'obrero', 'obreros')} y {waiting} que {'espera' if waiting == 1 else 'esperan'}",
                f"{plural(workers, 'worker', 'workers')} and {waiting} who {'waits' if waiting == 1 else 'wait'}",
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

    def works(size: int, threads: int, failures: int, seconds: float = 1.0, beside: bool = False) -> Callable[[], None]:
        def body() -> None:
            pool = answer.Pool(size)
            inside: list[int] = []
            crowds: list[int] = []

            def work(number: int) -> Callable[[], int]:
                def take() -> int:
                    inside.append(number)
                    count = len(inside)
                    if count > size:
                        crowds.append(count)  # who catches what work raises has not undone it
                    assert count <= size, f"{count} > {size}"
                    time.sleep(seconds)
                    inside.remove(number)
                    return number

                return take

            def fail() -> None:
                raise _Failure

            def use(number: int) -> None:
                assert pool.use(work(number)) == number

            def failing() -> None:
                try:
                    pool.use(fail)
                except _Failure:
                    return
                raise AssertionError("no failure")

            users = [threading.Thread(target=use, args=(number,)) for number in range(threads)]
            for _ in range(failures):
                if beside:
                    users.append(threading.Thread(target=failing))
                else:
                    failing()
            for each in users:
                each.start()
            for each in users:
                each.join()
            assert not crowds, f"{crowds} > {size}"

        return body

    wrong = Text(
        "Trabajan más a la vez de los que caben, o el fallo no llega a quien llamó.",
        "More work at the same time than fit, or the failure does not reach the caller.",
    )
    for size, threads, ask in ((1, 2, judge.prove), (1, 3, judge.prove), (2, 3, judge.hunt)):
        ask(
            Text(
                f"{plural(size, 'permiso', 'permisos')}, un fallo y después {threads} hilos",
                f"{plural(size, 'permit', 'permits')}, a failure and then {threads} threads",
            ),
            body=works(size, threads, 1),
            wrong=wrong,
        )
    judge.prove(
        Text("1 permiso y 3 hilos, uno que falla", "1 permit and 3 threads, one that fails"),
        body=works(1, 2, 1, beside=True),
        wrong=wrong,
    )
    judge.makespan(
        Text("2 permisos, dos fallos y después 2 trabajos de 1 s", "2 permits, two failures and then 2 works of 1 s"),
        1.0,
        body=works(2, 2, 2),
        slow=Text("Trabajan de uno en uno aunque caben dos.", "They work one by one although two fit."),
    )
    judge.real(body=works(2, 3, 1, 0.01))
