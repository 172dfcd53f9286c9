"""Checks of topic 02, races."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from hilos.course.catalogue import Text, often
from hilos.course.gates import Judge
from hilos.course.puzzle import order


def _ends_at(total: int) -> Callable[[Any], bool]:
    return lambda counter: bool(counter.total == total)


def be_the_scheduler(judge: Judge) -> None:
    """Two schedules that lose additions, and two losses that no schedule brings about."""
    answer = judge.answer
    for name, worker, total in (
        ("ONE", answer.add_once, 1),
        ("TWO", answer.add_twice, 2),
        ("THREE", answer.add_twice, 1),
        ("FOUR", answer.add_safely, 1),
    ):
        order(
            judge,
            name,
            setup=answer.Counter,
            workers=[worker] * 2,
            wanted=Text(f"Se busca total = {total}", f"What is wanted is total = {total}"),
            goal=_ends_at(total),
            shown=lambda counter: f"total = {counter.total}",
        )


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
            Text(f"{threads} hilos que suman {often(times).es}", f"{threads} threads that add {often(times).en}"),
            wrong=Text("Se pierde una suma.", "An addition is lost."),
            **program,
        )
    judge.real(**program)


class _Cash:
    """An account and what each machine handed out."""

    def __init__(self, account: Any, machines: int) -> None:
        self.account = account
        self.handed = dict.fromkeys(range(machines), 0)


def _cash(answer: Any, machines: int) -> _Cash:
    return _Cash(answer.Account(100), machines)


def cash_machine(judge: Judge) -> None:
    """As much money as there is goes out, and no more, at 2 machines x 1, 2 x 2 and 3 x 1 of different amounts."""
    answer = judge.answer

    def machine(number: int, amounts: tuple[int, ...]) -> Any:
        def withdraw(cash: _Cash) -> None:
            for amount in amounts:
                if cash.account.withdraw(amount):
                    cash.handed[number] += amount

        return withdraw

    # In each, every order hands out the same.
    program: dict[str, Any] = {}
    drawn = judge.drawn(51, 99)
    for machines, total in (
        (((80,), (80,)), 80),
        (((drawn,), (drawn,)), drawn),
        (((30, 30), (30, 30)), 90),
        (((80,), (80,), (20,)), 100),
    ):
        asked = ", ".join(" + ".join(map(str, amounts)) for amounts in machines)
        program = {
            "setup": partial(_cash, answer, len(machines)),
            "workers": [machine(number, amounts) for number, amounts in enumerate(machines)],
            "invariant": lambda cash, total=total: (
                sum(cash.handed.values()) == total and cash.account.balance == 100 - total
            ),
        }
        judge.prove(
            Text(
                f"{len(machines)} cajeros que piden {asked}, con 100 en la cuenta",
                f"{len(machines)} machines that ask for {asked}, with 100 in the account",
            ),
            wrong=Text(
                "Lo entregado y lo que queda no cuadran con lo que había.",
                "What was handed out and what is left do not add up to what there was.",
            ),
            **program,
        )
    judge.real(**program)


class _Voters:
    """An election and the numbers that people were given."""

    def __init__(self, election: Any, people: int) -> None:
        self.election = election
        self.numbers: list[list[int]] = [[] for _ in range(people)]


def _election(answer: Any, people: int) -> _Voters:
    return _Voters(answer.Election(), people)


def _begun(answer: Any, people: int) -> _Voters:
    """An election in which somebody has voted for something else."""
    voters = _election(answer, people)
    voters.election.vote("no")
    return voters


def _all_counted(total: int, voters: _Voters) -> bool:
    return dict(voters.election.votes) == {"sí": total, "no": 1}


def _in_line(voters: _Voters) -> bool:
    """Whether each number is a place in the queue, and the person who was given it stands there."""
    given = {number: f"person {person}" for person, numbers in enumerate(voters.numbers) for number in numbers}
    return given == dict(enumerate(voters.election.queue))


def one_step(judge: Judge) -> None:
    """No vote lost and no number given twice, at 2 people x 2 and 3 x 1."""
    answer = judge.answer

    def voter(times: int) -> Any:
        def vote(voters: _Voters) -> None:
            for _ in range(times):
                voters.election.vote("sí")

        return vote

    def queuer(number: int, times: int) -> Any:
        def take(voters: _Voters) -> None:
            for _ in range(times):
                voters.numbers[number].append(voters.election.take_number(f"person {number}"))

        return take

    for people, times in ((2, 2), (3, 1)):
        start = partial(_election, answer, people)
        judge.prove(
            Text(f"{people} personas que votan {often(times).es}", f"{people} people who vote {often(times).en}"),
            setup=partial(_begun, answer, people),
            workers=[voter(times)] * people,
            invariant=partial(_all_counted, people * times),
            wrong=Text("Se pierde un voto.", "A vote is lost."),
        )
        program: dict[str, Any] = {
            "setup": start,
            "workers": [queuer(number, times) for number in range(people)],
            "invariant": _in_line,
        }
        judge.prove(
            Text(
                f"{people} personas que piden número {often(times).es}",
                f"{people} people who take a number {often(times).en}",
            ),
            wrong=Text(
                "Dos personas reciben el mismo número, o alguno no es su sitio en la cola.",
                "Two people are given the same number, or one is not their place in the queue.",
            ),
            **program,
        )
    judge.real(**program)


def half_a_lock(judge: Judge) -> None:
    """The best of all scores is kept with its player, at 2 players x 2 and 3 x 1."""
    answer = judge.answer

    def player(name: str, scores: tuple[int, ...]) -> Any:
        def play(record: Any) -> None:
            for points in scores:
                record.submit(name, points)

        return play

    for games in (
        {"Ana": (50,), "Luis": (90,)},
        {"Ana": (20, 80), "Luis": (60, 90)},
        {"A": (3,), "B": (1,), "C": (2,)},
    ):
        best = max((points, name) for name, scores in games.items() for points in scores)
        program: dict[str, Any] = {
            "setup": answer.Record,
            "workers": [player(name, scores) for name, scores in games.items()],
            "invariant": lambda record, best=best: (record.points, record.player) == best,
        }
        count = len(next(iter(games.values())))
        judge.prove(
            Text(
                f"{len(games)} jugadores que envían {often(count).es}",
                f"{len(games)} players who submit {often(count).en}",
            ),
            wrong=Text(
                "El récord no es la mejor puntuación, o es de otro.", "The record is not the best score, or another's."
            ),
            **program,
        )
    judge.real(**program)


class _Built:
    """Lazy objects, and what was built and handed out."""

    def __init__(self, lazy: Any, objects: int, callers: int, seconds: float) -> None:
        self.begun = [0] * objects
        self.got: dict[int, Any] = dict.fromkeys(range(callers))
        self.asked = False
        self.early = 0
        self.lazies = [lazy(partial(self._build, number, seconds)) for number in range(objects)]

    def _build(self, number: int, seconds: float) -> dict[str, bool]:
        self.begun[number] += 1
        self.early += not self.asked
        thing = {"finished": False}
        time.sleep(seconds)
        thing["finished"] = True
        return thing


def lazy_twice(judge: Judge) -> None:
    """Built once, when asked for, and everyone gets the same, at 2 callers x 2 and 3 x 1; two objects at once."""
    answer = judge.answer

    def caller(number: int, which: int, times: int) -> Any:
        def call(built: _Built) -> None:
            for _ in range(times):
                built.asked = True
                thing = built.lazies[which].get()
                assert thing is not None and thing["finished"], thing  # noqa: PT018
                assert built.got[number] is None or built.got[number] is thing
                built.got[number] = thing

        return call

    def right(built: _Built) -> bool:
        return built.begun == [1] and built.early == 0 and all(thing is built.got[0] for thing in built.got.values())

    for callers, times in ((2, 1), (2, 2), (3, 1)):
        judge.prove(
            Text(
                f"{callers} hilos que lo piden {often(times).es}",
                f"{callers} threads that ask for it {often(times).en}",
            ),
            setup=lambda callers=callers: _Built(answer.Lazy, 1, callers, 1.0),  # type: ignore[misc]
            workers=[caller(number, 0, times) for number in range(callers)],
            invariant=right,
            wrong=Text(
                "Se construye dos veces, antes de que nadie lo pida, o alguien lo recibe sin terminar.",
                "It is built twice, before anybody asks, or somebody is given it unfinished.",
            ),
        )
    judge.makespan(
        Text("2 objetos que tardan 1 s", "2 objects that take 1 s"),
        1.0,
        setup=lambda: _Built(answer.Lazy, 2, 2, 1.0),
        workers=[caller(number, number, 1) for number in range(2)],
        slow=Text("Un objeto espera a que se construya otro.", "One object waits for another to be built."),
    )
    judge.real(
        setup=lambda: _Built(answer.Lazy, 1, 2, 0.01),
        workers=[caller(number, 0, 2) for number in range(2)],
        invariant=right,
    )
