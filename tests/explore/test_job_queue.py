"""The job queues under our own explorer: no order of their threads' steps loses a job, runs one twice, or hangs."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType

import pytest

import hilos.jobs.announcer
import hilos.jobs.machine
import hilos.jobs.queue
from hilos.errors import JobCancelled
from hilos.explore import Report, Verdict, explore
from hilos.explore.exploration import Budget
from hilos.jobs.job import Change, Job, State, monotonic
from hilos.jobs.queue import Queue
from support import lessons

CORE: list[ModuleType] = [hilos.jobs.queue, hilos.jobs.machine, hilos.jobs.announcer]
LESSON = lessons.load("workers/job_queue_system.py")


def explored(body: Callable[[], None], *more: ModuleType, seconds: float = 20.0) -> Report:
    """The report on a whole program."""
    return explore(body=body, instrument=[*CORE, *more], budget=Budget(seconds=seconds))


def safe(body: Callable[[], None], *more: ModuleType) -> None:
    """No violation; a proof where the search came to its end within its budget."""
    report = explored(body, *more)
    assert report.verdict is not Verdict.VIOLATED, str(report)


def test_proved_submit_and_close() -> None:
    """Every interleaving of one job, its worker and a close that drains."""

    def body() -> None:
        done: list[int] = []
        queue = Queue(ThreadPoolExecutor(1))
        queue.submit(done.append, 1)
        queue.close()
        assert done == [1]

    assert explored(body).verdict is Verdict.PROVED


def test_proved_waiting_for_a_result() -> None:
    """The event is made while the job may be ending: nobody waits for ever."""

    def body() -> None:
        queue = Queue(ThreadPoolExecutor(1))
        assert queue.submit(abs, -3).result() == 3
        queue.close()

    assert explored(body).verdict is Verdict.PROVED


def test_two_threads_submit() -> None:
    """Both jobs run, once each."""

    def body() -> None:
        done: list[int] = []
        queue = Queue(ThreadPoolExecutor(1))
        other = threading.Thread(target=lambda: queue.submit(done.append, 1))
        other.start()
        queue.submit(done.append, 2)
        other.join()
        queue.close()
        assert sorted(done) == [1, 2]

    safe(body)


def test_two_workers() -> None:
    """Neither takes the other's job."""

    def body() -> None:
        done: list[int] = []
        queue = Queue(ThreadPoolExecutor(2))
        for number in range(2):
            queue.submit(done.append, number)
        queue.close()
        assert sorted(done) == [0, 1]

    safe(body)


def test_cancel_against_start() -> None:
    """Either it ran and cancel said no, or it did not and cancel said yes."""

    def body() -> None:
        done: list[int] = []
        queue = Queue(ThreadPoolExecutor(1))
        job = queue.submit(done.append, 1)
        cancelled = job.cancel()
        try:
            job.result()
        except JobCancelled:
            assert cancelled
            assert done == []
        else:
            assert done == [1]
        queue.close()

    safe(body)


def test_a_full_queue_and_its_worker() -> None:
    """Who waits for room is always woken."""

    def body() -> None:
        done: list[int] = []
        queue = Queue(ThreadPoolExecutor(1), capacity=1)
        for number in range(3):
            queue.submit(done.append, number)
        queue.close()
        assert done == [0, 1, 2]

    safe(body)


def test_close_without_draining_against_a_submit() -> None:
    """A job is run, handed back, or refused; none is forgotten."""

    def body() -> None:
        done: list[int] = []
        refused: list[int] = []
        queue = Queue(ThreadPoolExecutor(1))

        def submit() -> None:
            try:
                queue.submit(done.append, 1)
            except RuntimeError:
                refused.append(1)

        other = threading.Thread(target=submit)
        other.start()
        given = queue.close(drain=False)
        other.join()
        assert len(done) + len(refused) + len(given) == 1

    safe(body)


def test_every_change_is_delivered_in_order() -> None:
    """Two threads put changes into the outbox and one delivers: none stays behind."""

    def body() -> None:
        told: list[State] = []
        queue = Queue(ThreadPoolExecutor(1))

        def listener(change: Change) -> None:
            told.append(change.new)

        queue.listen(listener)
        queue.submit(abs, 1)
        queue.close()
        assert told == [State.QUEUED, State.RUNNING, State.DONE]

    safe(body)


class Careless(Queue):
    """Leaves the lock between «there is no job» and «this slot is free»: a job submitted in between is never taken."""

    def _pull(self) -> None:
        while True:
            with self._lock:
                job: Job[object] | None = self._machine.take(monotonic())
            if job is None:
                break
            value, error, text = self._call(job, job.attempts)
            with self._lock:
                self._conclude(job, job.attempts, value, error, text)
        with self._lock:
            self._free += 1


def test_the_explorer_finds_the_lost_wake_up_of_a_careless_queue() -> None:
    """Were the queue wrong in this classic way, these tests would say so."""

    def body() -> None:
        queue = Careless(ThreadPoolExecutor(1))
        queue.submit(abs, 1)
        queue.submit(abs, 2)
        queue.close()

    assert explored(body).verdict is Verdict.VIOLATED


def test_the_lessons_queue_neither_loses_nor_repeats() -> None:
    """The class that the student reads: one worker, two jobs, a close that drains."""

    def body() -> None:
        done: list[int] = []
        queue = LESSON.JobQueue(workers=1)
        queue.submit(done.append, 1)
        queue.submit(done.append, 2)
        queue.close()
        assert done == [1, 2]

    safe(body, LESSON)


def test_the_lessons_queue_closes_its_door() -> None:
    """A submit against close: run or refused, never forgotten.  Without the door it is: the explorer says so."""

    def body_of(door: bool) -> Callable[[], None]:
        def body() -> None:
            outcome: list[str] = []
            queue = LESSON.JobQueue(workers=1)
            if not door:
                queue._door = NoDoor()

            def submit() -> None:
                try:
                    ticket = queue.submit(abs, 1)
                except RuntimeError:
                    outcome.append("refused")
                else:
                    outcome.append(str(ticket.result()))

            other = threading.Thread(target=submit)
            other.start()
            queue.close()
            other.join()
            assert outcome in (["refused"], ["1"])

        return body

    safe(body_of(door=True), LESSON)
    assert explored(body_of(door=False), LESSON).verdict is Verdict.VIOLATED


class NoDoor:
    """A lock that locks nothing."""

    def __enter__(self) -> None: ...
    def __exit__(self, *exc_info: object) -> None: ...


@pytest.mark.parametrize("priorities", [[2, 0, 1]])
def test_the_lessons_order_does_not_depend_on_the_schedule(priorities: list[int]) -> None:
    """The experiment of the lesson itself, as it is."""

    def body() -> None:
        assert LESSON.order_of_execution(priorities) == [1, 2, 0]

    safe(body, LESSON)
