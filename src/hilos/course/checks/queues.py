"""Checks of topic 06, job queues."""

import math
import queue
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from hilos.course.catalogue import Text
from hilos.course.gates import Judge, Lamp

MISSED = Text("Algún trabajo no se hizo, o se hizo dos veces.", "Some job was not done, or was done twice.")
BY_TURNS = Text("Los trabajos se hacen de uno en uno.", "The jobs are done one at a time.")


class _Failure(Exception):
    """What a job fails with; an answer cannot know it by its name."""


class _Book:
    """How often each job was done, and what becomes of it."""

    def __init__(self, jobs: int, failing: Iterable[int] = (), seconds: float = 1.0) -> None:
        self.done = [0] * jobs
        self.failing = frozenset(failing)
        self.seconds = seconds

    def work(self, job: int) -> str:
        time.sleep(self.seconds)
        self.done[job] += 1
        if job in self.failing:
            raise _Failure(f"job {job}")
        return f"result {job}"

    def check(self) -> None:
        assert self.done == [1] * len(self.done), self.done


def _jobs(workers: int, jobs: int) -> Text:
    def number(count: int, one: str) -> str:
        return f"{count} {one}" if count == 1 else f"{count} {one}s"

    return Text(
        f"{number(workers, 'hilo')} y {number(jobs, 'trabajo')}",
        f"{number(workers, 'thread')} and {number(jobs, 'job')}",
    )


def _many(judge: Judge, program: Callable[[int, int], Callable[[], None]]) -> None:
    """That two threads share a larger number of jobs, another for each answer."""
    jobs = judge.drawn(4, 11)
    judge.makespan(_jobs(2, jobs), math.ceil(jobs / 2) + 1, body=program(2, jobs), slow=BY_TURNS)


def producer_consumer(judge: Judge) -> None:
    """Each item is done once and all threads end, at 2 threads x 2, 1 x 2 and 3 x 1; two at a time."""

    def program(workers: int, jobs: int, seconds: float = 1.0) -> Callable[[], None]:
        def body() -> None:
            book = _Book(jobs, seconds=seconds)
            judge.answer.process(list(range(jobs)), workers, book.work)
            book.check()

        return body

    def left() -> None:
        workers: list[Any] = [None]

        def work(job: int) -> None:
            workers[job] = threading.current_thread()

        judge.answer.process([0], 2, work)
        assert workers[0] is threading.current_thread() or not workers[0].is_alive(), workers[0].name

    for workers, jobs in ((2, 2), (1, 2), (3, 1)):
        judge.prove(_jobs(workers, jobs), body=program(workers, jobs), wrong=MISSED)
    judge.prove(
        _jobs(2, 1),
        body=left,
        lamps=(Lamp.DEADLOCK,),
        blame=Lamp.DEADLOCK,
        wrong=Text(
            "process() vuelve y un hilo sigue esperando para siempre.",
            "process() returns and a thread goes on waiting for ever.",
        ),
    )
    judge.makespan(_jobs(2, 2), 1.0, body=program(2, 2), slow=BY_TURNS)
    _many(judge, program)
    judge.real(body=program(3, 5, 0.01))


def empty_lies(judge: Judge) -> None:
    """Each job is done once and nobody is stuck, at 2 threads x 1, x 2 and x 3; none found at 3 x 1; two at a time."""

    def program(workers: int, jobs: int, seconds: float = 1.0) -> Callable[[], None]:
        def body() -> None:
            book = _Book(jobs, seconds=seconds)
            waiting: queue.Queue[int] = queue.Queue()
            for job in range(jobs):
                waiting.put(job)
            judge.answer.drain(waiting, workers, book.work)
            book.check()

        return body

    # With 3 threads of a pool there are too many interleavings for a proof.
    for workers, jobs, ask in ((2, 1, judge.prove), (2, 2, judge.prove), (3, 1, judge.hunt), (2, 3, judge.prove)):
        ask(_jobs(workers, jobs), body=program(workers, jobs), wrong=MISSED)
    judge.makespan(_jobs(2, 2), 1.0, body=program(2, 2), slow=BY_TURNS)
    _many(judge, program)
    judge.real(body=program(3, 5, 0.01))


def lost_task_done(judge: Judge) -> None:
    """Whichever job fails, it is told and the others are done, at 2 threads with 2 jobs and 1 with 2 and 3."""

    def program(workers: int, jobs: int, failing: tuple[int, ...], seconds: float = 1.0) -> Callable[[], None]:
        def body() -> None:
            book = _Book(jobs, failing, seconds)
            told = judge.answer.run(list(range(jobs)), workers, book.work)
            book.check()
            assert sorted(told) == sorted(failing), told

        return body

    wrong = Text(
        "Un fallo no se anota, o impide otro trabajo.", "A failure is not noted, or keeps another job from being done."
    )
    for workers, jobs, failing in ((2, 2, ()), (2, 2, (0,)), (2, 2, (1,)), (1, 2, (0, 1)), (1, 3, (1,))):
        judge.prove(_failing(workers, jobs, failing), body=program(workers, jobs, failing), wrong=wrong)
    judge.makespan(_jobs(2, 2), 1.0, body=program(2, 2, ()), slow=BY_TURNS)
    judge.real(body=program(2, 5, (1, 3), 0.01))


def _failing(workers: int, jobs: int, failing: tuple[int, ...]) -> Text:
    bound = _jobs(workers, jobs)
    which = ", ".join(str(job + 1) for job in failing)
    return Text(f"{bound.es}, falla: {which or 'ninguno'}", f"{bound.en}, failing: {which or 'none'}")


def silent_future(judge: Judge) -> None:
    """Each failure is reported once and each result returned, whichever of 1 or 2 jobs fails; two at a time."""

    def program(jobs: int, failing: tuple[int, ...], seconds: float = 1.0) -> Callable[[], None]:
        def body() -> None:
            book = _Book(jobs, failing, seconds)
            told: list[tuple[int, str]] = []
            results = judge.answer.run_all(
                list(range(jobs)), book.work, lambda job, error: told.append((job, str(error)))
            )
            book.check()
            assert sorted(told) == [(job, f"job {job}") for job in failing], told
            assert results == {job: f"result {job}" for job in range(jobs) if job not in failing}, results

        return body

    wrong = Text(
        "Un fallo no se cuenta una sola vez, o falta un resultado.",
        "A failure is not reported exactly once, or a result is missing.",
    )
    for jobs, failing in ((2, ()), (1, (0,)), (2, (0,)), (2, (1,)), (2, (0, 1))):
        judge.prove(_failing(2, jobs, failing), body=program(jobs, failing), wrong=wrong)
    judge.makespan(_jobs(2, 2), 1.0, body=program(2, ()), slow=BY_TURNS)
    judge.real(body=program(4, (1, 3), 0.01))


class _Job:
    """A job that cannot be compared with another, as most things cannot."""

    def __init__(self, name: str) -> None:
        self.name = name


def fair_priority(judge: Judge) -> None:
    """By priority and arrival; two producers and a consumer that waits; nobody starves under endless urgent jobs."""
    answer = judge.answer

    def in_order(priorities: tuple[int, ...]) -> Callable[[], None]:
        def body() -> None:
            agenda = answer.Agenda()
            for number, priority in enumerate(priorities):
                agenda.put(priority, _Job(f"{priority}{number}"))
            taken = [agenda.get().name for _ in priorities]
            assert taken == sorted(taken), taken

        return body

    wrong = Text("Los trabajos no salen por prioridad y llegada.", "The jobs do not come by priority and arrival.")
    for priorities in ((1, 1), (0, 0, 0), (2, 1, 0), (1, 2, 1, 0), (2, 0, 2, 0, 2)):
        order = ", ".join(map(str, priorities))
        judge.prove(Text(f"prioridades {order}", f"priorities {order}"), body=in_order(priorities), wrong=wrong)

    def producer(priority: int) -> Callable[[Any], None]:
        def put(state: Any) -> None:
            state.agenda.put(priority, _Job(str(priority)))

        return put

    def consumer(state: Any) -> None:
        for place in range(len(state.taken)):
            state.taken[place] = state.agenda.get().name

    class State:
        def __init__(self, jobs: int) -> None:
            self.agenda = answer.Agenda()
            self.taken = [""] * jobs

    for given in ((0, 0), (1, 0)):
        program: dict[str, Any] = {
            "setup": lambda given=given: State(len(given)),
            "workers": [producer(priority) for priority in given] + [consumer],
            "invariant": lambda state, given=given: sorted(state.taken) == sorted(map(str, given)),
        }
        judge.prove(
            Text("2 que ponen y 1 que saca", "2 that put and 1 that takes"),
            wrong=Text("Un trabajo se pierde o sale dos veces.", "A job is lost or comes twice."),
            **program,
        )

    def endless(priority: int, jobs: int) -> Callable[[], None]:
        def body() -> None:
            agenda = answer.Agenda()
            agenda.put(priority, _Job("patient"))
            for _ in range(jobs):
                agenda.put(0, _Job("urgent"))
                if agenda.get().name == "patient":
                    return
            raise AssertionError(priority)

        return body

    for priority, jobs in ((2, 10), (1, 10)):
        judge.prove(
            Text(
                f"un trabajo de prioridad {priority} y {jobs} urgentes que llegan de uno en uno",
                f"a job of priority {priority} and {jobs} urgent ones that come one by one",
            ),
            body=endless(priority, jobs),
            lamps=(Lamp.LIVENESS,),
            blame=Lamp.LIVENESS,
            wrong=Text("El trabajo menos urgente no sale nunca.", "The less urgent job never comes out."),
        )
    judge.real(**program)
