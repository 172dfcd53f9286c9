"""Checks of topic 02, races."""

from typing import Any

from hilos.course.catalogue import Text
from hilos.course.gates import Judge


def lying_counter(judge: Judge) -> None:
    """No addition may be lost, at 2 threads x 2 and at 3 threads x 1."""
    answer = judge.answer

    def additions(times: int) -> Any:
        def worker(counter: Any) -> None:
            for _ in range(times):
                counter.increment()

        return worker

    for threads, times in ((2, 2), (3, 1)):
        program: dict[str, Any] = {
            "setup": answer.Counter,
            "workers": [additions(times)] * threads,
            "invariant": lambda counter, total=threads * times: counter.value == total,
        }
        judge.prove(
            Text(f"{threads} hilos que suman {times} veces", f"{threads} threads that add {times} times"),
            wrong=Text("Se pierde una suma.", "An addition is lost."),
            **program,
        )
    judge.real(**program)
