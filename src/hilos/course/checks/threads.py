"""Checks of topic 01, threads."""

import time
from typing import Any

from hilos.course.catalogue import Text
from hilos.course.gates import Judge


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


STAIRCASE = Text("Las descargas se esperan unas a otras.", "The downloads wait for one another.")


def staircase(judge: Judge) -> None:
    """Every result in its place, at 2 and 3 downloads; 4 downloads of a second take one second."""
    download_all = judge.answer.download_all

    def downloads(count: int, seconds: float = 1.0) -> Any:
        addresses = [f"host-{number}" for number in range(count)]

        def download(address: str) -> str:
            time.sleep(seconds)
            return address.upper()

        def body() -> None:
            results = download_all(addresses, download)
            assert results == [address.upper() for address in addresses], results

        return body

    for count in (2, 3):
        judge.prove(
            Text(f"{count} descargas", f"{count} downloads"),
            body=downloads(count),
            wrong=Text("Falta un resultado, o no está en su sitio.", "A result is missing, or out of its place."),
        )
    judge.makespan(Text("4 descargas de 1 s", "4 downloads of 1 s"), 1.0, body=downloads(4), slow=STAIRCASE)
    judge.real(body=downloads(2, 0.01))


def lost_result(judge: Judge) -> None:
    """Every call's result in its place, at 2 and 3 values, also equal ones; 3 calls of a second take one second."""
    apply_all = judge.answer.apply_all

    def calls(values: list[int], seconds: float = 1.0) -> Any:
        def function(value: int) -> int:
            time.sleep(seconds)
            return value * value

        def body() -> None:
            results = apply_all(function, list(values))
            assert results == [value * value for value in values], results

        return body

    for values in ([3, 2], [1, 2, 1]):
        judge.prove(
            Text(f"los valores {values}", f"the values {values}"),
            body=calls(values),
            wrong=Text("Falta un resultado, o es de otro valor.", "A result is missing, or is another value's."),
        )
    judge.makespan(
        Text("3 llamadas de 1 s", "3 calls of 1 s"),
        1.0,
        body=calls([1, 2, 3]),
        slow=Text("Las llamadas van una detrás de otra.", "The calls go one after the other."),
    )
    judge.real(body=calls([1, 2], 0.01))
