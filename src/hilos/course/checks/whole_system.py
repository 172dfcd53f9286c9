"""Check of capstone 10.2: the repaired system, and the tests that tell it from twelve spoiled ones."""

import threading
import time
from collections.abc import Callable, Iterable
from types import FunctionType
from typing import Any

from hilos.course.catalogue import Text
from hilos.course.gates import Colour, Judge, Lamp
from hilos.course.system import mutants

Told = list[tuple[str, str]]


class _Failure(Exception):
    """What a failing job of the check raises."""


def _fail() -> None:
    raise _Failure


def _nothing() -> None:
    """A job."""


def _started(functions: Iterable[Callable[[], Any]]) -> list[threading.Thread]:
    threads = [threading.Thread(target=function) for function in functions]
    for thread in threads:
        thread.start()
    return threads


def _joined(threads: Iterable[threading.Thread]) -> None:
    for thread in threads:
        thread.join()


def _in_order(make: Callable[[], Any]) -> None:
    service, done = make(), []
    for priority, name in ((2, "d"), (1, "b"), (0, "a"), (1, "c")):
        assert service.submit(priority, name, lambda name=name: done.append(name))
    service.close()
    assert not service.submit(0, "late", _nothing), "submit() after close()"
    service.run()
    assert done == ["a", "b", "c", "d"], done


def _failing(make: Callable[[], Any]) -> None:
    service = make()
    told: Told = []
    service.join(lambda name, what: told.append((name, what)))
    service.submit(1, "a", _fail)
    service.submit(2, "b", _nothing)
    service.close()
    service.run()
    assert told == [("a", "failed"), ("b", "done")], told
    assert (service.done, service.failed) == (1, 1), (service.done, service.failed)


def _leaving(make: Callable[[], Any]) -> None:
    service = make()
    told: list[str] = []

    def once(name: str, what: str) -> None:
        told.append("once")
        service.leave(once)

    service.join(once)
    service.join(lambda name, what: told.append(name))
    for name in "ab":
        service.submit(1, name, _nothing)
    service.close()
    service.run()
    assert told == ["once", "a", "b"], told


def _together(*works: Callable[[], None]) -> Callable[[Callable[[], Any]], None]:
    def program(make: Callable[[], Any]) -> None:
        service = make()
        for name, work in zip("ab", works, strict=True):
            service.submit(1, name, work)
        service.close()
        _joined(_started([service.run] * 2))
        wanted = (works.count(_nothing), works.count(_fail))
        assert (service.done, service.failed) == wanted, (service.done, service.failed)

    return program


def _sleeping(make: Callable[[], Any]) -> None:
    """Two workers that may be asleep; one job, which has to be done before it is closed."""
    service, ready = make(), threading.Event()
    workers = _started([service.run] * 2)
    service.submit(1, "a", ready.set)
    ready.wait()
    service.close()
    _joined(workers)
    assert service.done == 1, service.done


def _closing(make: Callable[[], Any]) -> None:
    """Who is told that a job was taken sees it done, also when it is closed at the same time."""
    service = make()
    done: list[str] = []
    taken: list[bool] = []
    threads = _started(
        [service.run, lambda: taken.append(service.submit(1, "a", lambda: done.append("a"))), service.close]
    )
    _joined(threads)
    assert len(done) == sum(taken), f"{taken} {done}"


def _leaving_meanwhile(make: Callable[[], Any]) -> None:
    """Who stays is told, while another leaves."""
    service = make()
    told: list[str] = []

    def other(name: str, what: str) -> None:
        """Leaves."""

    service.join(other)
    service.join(lambda name, what: told.append(name))
    service.submit(1, "a", _nothing)
    service.close()
    _joined(_started([service.run, lambda: service.leave(other)]))
    assert told == ["a"], told


def _timed(slow_jobs: bool) -> Callable[[Callable[[], Any]], None]:
    def wait(*_: str) -> None:
        time.sleep(1.0)

    def program(make: Callable[[], Any]) -> None:
        service = make()
        if not slow_jobs:
            service.join(wait)
        for name in "ab":
            service.submit(1, name, wait if slow_jobs else _nothing)
        service.close()
        _joined(_started([service.run] * 2))

    return program


# The bound, the program, what is wrong if it fails, whether its proof is told.  All are proved; those with one thread
# are many and small, and not worth a sentence each.
_ASKED: tuple[tuple[Text, Callable[[Callable[[], Any]], None], Text, bool], ...] = (
    (
        Text("4 trabajos y 1 hilo", "4 jobs and 1 thread"),
        _in_order,
        Text(
            "Los trabajos no salen por prioridad y llegada, o se aceptan después de cerrar.",
            "The jobs do not come by priority and arrival, or are taken after closing.",
        ),
        False,
    ),
    (
        Text("un trabajo que falla y otro", "a job that fails and another"),
        _failing,
        Text(
            "El que falla no se cuenta o no se avisa, o se pierde el siguiente.",
            "The one that fails is not counted or not told, or the next is lost.",
        ),
        False,
    ),
    (
        Text("un cliente que se va al primer aviso", "a client who leaves when told"),
        _leaving,
        Text("A un cliente no se le avisa.", "A client is not told."),
        False,
    ),
    (
        Text("2 hilos que esperan, 1 trabajo y el cierre", "2 threads that wait, 1 job and closing"),
        _sleeping,
        Text("El trabajo no se hace, o no se cuenta.", "The job is not done, or not counted."),
        True,
    ),
    (
        Text("2 hilos y 2 trabajos", "2 threads and 2 jobs"),
        _together(_nothing, _nothing),
        Text("Las métricas no dicen lo que pasó.", "The metrics do not say what happened."),
        True,
    ),
    (
        Text("2 hilos y 2 trabajos que fallan", "2 threads and 2 jobs that fail"),
        _together(_fail, _fail),
        Text("Las métricas no dicen lo que pasó.", "The metrics do not say what happened."),
        True,
    ),
    (
        Text("1 hilo, y submit() y close() a la vez", "1 thread, and submit() and close() at the same time"),
        _closing,
        Text("Un trabajo aceptado no se hace.", "A job that was taken is not done."),
        False,
    ),
    (
        Text("1 hilo y un cliente que se va mientras se avisa", "1 thread and a client who leaves meanwhile"),
        _leaving_meanwhile,
        Text("A un cliente no se le avisa.", "A client is not told."),
        False,
    ),
)


def whole_system(judge: Judge) -> None:
    """The system holds at 2 threads and 2 jobs; each test holds for it and for ours, and fails for a spoiled one."""
    make = judge.answer.Service
    for bound, program, wrong, told in _ASKED:
        judge.prove(bound, body=_of(program, make), wrong=wrong, quiet=not told)
    judge.makespan(
        Text("2 hilos y 2 trabajos de 1 s", "2 threads and 2 jobs of 1 s"),
        1.0,
        body=_of(_timed(slow_jobs=True), make),
        slow=Text("Los trabajos se hacen de uno en uno.", "The jobs are done one at a time."),
    )
    judge.makespan(
        Text("2 hilos, 2 trabajos y un cliente de 1 s", "2 threads, 2 jobs and a client of 1 s"),
        1.0,
        body=_of(_timed(slow_jobs=False), make),
        slow=Text("Un cliente lento para a todos los hilos.", "A slow client stops all threads."),
    )
    judge.real(body=_of(_together(_nothing, _fail), make))
    _judge_tests(judge)


def _of(program: Callable[[Any], None], make: Any) -> Callable[[], None]:
    return lambda: program(make)


def _judge_tests(judge: Judge) -> None:
    """Ask whether the answer's tests hold for what is right, and whether each spoiled version fails in one of them."""
    answer = judge.answer
    tests = {
        name: test for name, test in vars(answer).items() if name.startswith("test") and isinstance(test, FunctionType)
    }
    for module, whose in (
        (answer, Text("tu Service", "your Service")),
        (mutants.good(), Text("uno bueno", "a good one")),
    ):
        judge.use(answer, () if module is answer else (module,))
        for name, test in tests.items():
            judge.prove(
                Text(f"{name}() y {whose.es}", f"{name}() and {whose.en}"),
                body=_of(test, module.Service),
                wrong=Text(f"{name}() falla, y no debería.", f"{name}() fails, and should not."),
                quiet=True,
            )
    told_apart = 0
    for mutant, module in mutants.spoiled():
        if judge.red:
            return
        judge.use(answer, (module,))
        programs = {name: _of(test, module.Service) for name, test in tests.items()}
        # Most spoiled versions fail soon in some test: that is looked for before any test is tried in all orders.
        if any(judge.fails(program, glance=True) for program in programs.values()):
            told_apart += 1
            continue
        unknown = ""
        for name, program in programs.items():
            fails = judge.fails(program)
            if fails:
                told_apart += 1
                break
            if fails is None:
                unknown = name
        else:
            _missed(judge, mutant.what, unknown)
    if told_apart == len(mutants.MUTANTS):
        said = Text(
            f"Tus {len(tests)} pruebas valen con un Service bueno, y cada una de las {len(mutants.MUTANTS)} versiones "
            "estropeadas falla en alguna.",
            f"Your {len(tests)} tests hold for a good Service, and each of the {len(mutants.MUTANTS)} spoiled versions "
            "fails in one of them.",
        )
        judge.add(Lamp.SAFETY, Colour.GREEN, str(said))


def _missed(judge: Judge, what: Text, unknown: str) -> None:
    if unknown:
        said = Text(
            f"{unknown}() no se pudo probar entera con una versión que {what.es}: hazla más pequeña.",
            f"{unknown}() could not be tried whole with a version that {what.en}: make it smaller.",
        )
        judge.add(Lamp.SAFETY, Colour.AMBER, str(said))
    else:
        said = Text(
            f"Tu Service está bien. Pero ninguna de tus pruebas falla con una versión que {what.es}.",
            f"Your Service is right. But none of your tests fails for a version that {what.en}.",
        )
        judge.refuse(Lamp.SAFETY, str(said))
