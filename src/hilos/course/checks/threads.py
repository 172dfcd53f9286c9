"""Checks of topic 01, threads."""

import hashlib
import math
import threading
import time
from dataclasses import replace
from typing import Any

from hilos.course.catalogue import Text
from hilos.course.checks import machine
from hilos.course.gates import BUDGET, Colour, Judge, Lamp


def spare_parentheses(judge: Judge) -> None:
    """Both pieces of work at once, and ended on return; the one in the background goes on beside the caller."""
    answer = judge.answer

    def together(seconds: float) -> Any:
        def body() -> None:
            done: dict[str, bool] = {}

            def work(name: str) -> Any:
                def run() -> None:
                    time.sleep(seconds)
                    done[name] = True

                return run

            answer.both(work("first"), work("second"))
            assert sorted(done) == ["first", "second"], done

        return body

    def background(seconds: float) -> Any:
        def body() -> None:
            done: dict[str, bool] = {}

            def work() -> None:
                time.sleep(seconds)
                done["work"] = True

            thread = answer.in_background(work)
            time.sleep(seconds)
            assert hasattr(thread, "join"), thread
            if thread.ident is not None:
                thread.join()
            assert done, "work"

        return body

    halves = (("both()", together), ("in_background()", background))
    for name, program in halves:
        judge.prove(
            Text(f"{name} y trabajos de 1 s", f"{name} and work of 1 s"),
            body=program(1.0),
            wrong=Text(f"{name}: el trabajo no se hizo a tiempo.", f"{name}: the work was not done in time."),
        )
    for name, program in halves:
        judge.makespan(
            Text(f"{name} y trabajos de 1 s", f"{name} and work of 1 s"),
            1.0,
            body=program(1.0),
            slow=Text("Los trabajos van uno detrás de otro.", "The pieces of work go one after the other."),
        )
    judge.real(body=together(0.01))


def _at_once(count: int) -> float:
    """Seconds for so many waits of one: a pool of the usual size may take a large number in turns."""
    return math.ceil(count / 4)


STAIRCASE = Text("Las descargas se esperan unas a otras.", "The downloads wait for one another.")


def staircase(judge: Judge) -> None:
    """Every result in its place, at 2 and 3 downloads; 2, 3 and 4 downloads of a second take one second."""
    download_all = judge.answer.download_all

    def downloads(count: int, seconds: float = 1.0) -> Any:
        addresses = [f"host-{number}" for number in range(count)]

        def body() -> None:
            done = dict.fromkeys(addresses, 0)

            def download(address: str) -> str:
                time.sleep(seconds)
                done[address] += 1
                return address.upper()

            results = download_all(list(addresses), download)
            wanted = [address.upper() for address in addresses]
            assert results == wanted, f"{results} != {wanted}"
            assert all(times == 1 for times in done.values()), f"downloads: {done}"

        return body

    for count in (2, 3):
        judge.prove(
            Text(f"{count} descargas", f"{count} downloads"),
            body=downloads(count),
            wrong=Text("Falta un resultado, o no está en su sitio.", "A result is missing, or out of its place."),
            budget=replace(BUDGET, seconds=8.0 if count == 2 else 3.0),
            beyond=count > 2,
        )
    for count in (2, 3, 4, judge.drawn(5, 11)):
        bound = Text(f"{count} descargas de 1 s", f"{count} downloads of 1 s")
        judge.makespan(bound, _at_once(count), body=downloads(count), slow=STAIRCASE)
    judge.real(body=downloads(2, 0.01))


def lost_result(judge: Judge) -> None:
    """Every result in its place, at 2 and 3 values, also equal ones; 2 and 3 calls of a second take one."""
    apply_all = judge.answer.apply_all

    def calls(values: list[int], seconds: float = 1.0) -> Any:
        def body() -> None:
            calls = dict.fromkeys(values, 0)

            def function(value: int) -> int:
                time.sleep(seconds)
                calls[value] += 1
                return value * value

            results = apply_all(function, list(values))
            wanted = [value * value for value in values]
            assert results == wanted, f"{results} != {wanted}"
            assert all(calls.values()), f"calls: {calls}"

        return body

    for values in ([3, 2], [1, 2, 1]):
        judge.prove(
            Text(f"los valores {values}", f"the values {values}"),
            body=calls(values),
            wrong=Text("Falta un resultado, o es de otro valor.", "A result is missing, or is another value's."),
        )
    for values in ([3, 2], [1, 2, 3], list(range(judge.drawn(4, 11)))):
        judge.makespan(
            Text(f"{len(values)} llamadas de 1 s", f"{len(values)} calls of 1 s"),
            _at_once(len(values)),
            body=calls(values),
            slow=Text("Las llamadas van una detrás de otra.", "The calls go one after the other."),
        )
    judge.real(body=calls([1, 2], 0.01))


def right_tool(judge: Judge) -> None:
    """4 and 200 waits, 4 hashes and 4 loops in the time that the right group takes on the model machine."""
    for kind, count, seconds in (("wait", 4, 1.0), ("wait", 200, 1.0), ("hash", 4, 2.0), ("loop", 4, 2.3)):
        judge.makespan(
            Text(f"{count} trabajos «{kind}» en el modelo", f'{count} "{kind}" jobs on the model'),
            seconds,
            body=machine.work(judge.answer.choose, kind, count),
            slow=Text("Ese grupo no es para ese trabajo.", "That group is not for that work."),
        )
    if not judge.red:
        loop, digest = (_speedup(job) for job in (_loop, _digest))
        said = Text(
            f"Medido ahora con tu Python, sin que cuente: con dos hilos, la velocidad de un bucle se multiplica por "
            f"{loop:.1f} y la de un hash por {digest:.1f}.",
            f"Measured now with your Python, and it does not count: with two threads the speed of a loop is multiplied "
            f"by {loop:.1f} and that of a hash by {digest:.1f}.",
        )
        judge.add(Lamp.REAL, Colour.GREEN, str(said))


def _loop() -> None:
    sum(number * number for number in range(300_000))


def _digest() -> None:
    hashlib.sha256(b"x" * 8_000_000).digest()


def _speedup(job: Any) -> float:
    """How many times as fast two threads do two jobs as one thread does, the best of five."""
    best = {1: float("inf"), 2: float("inf")}
    for threads in (1, 2) * 5:
        works = [threading.Thread(target=_jobs, args=(job, 2 // threads)) for _ in range(threads)]
        began = time.perf_counter()
        for work in works:
            work.start()
        for work in works:
            work.join()
        best[threads] = min(best[threads], time.perf_counter() - began)
    return best[1] / best[2]


def _jobs(job: Any, times: int) -> None:
    for _ in range(times):
        job()
