"""Checks of topic 08, asyncio: the answer runs on the loop of `hilos.course.asynchronous`."""

import asyncio
import types
from collections.abc import Generator, Sequence
from functools import partial
from typing import Any

from hilos.course.asynchronous import Asking, Program, compute, hoarded
from hilos.course.catalogue import Text
from hilos.course.gates import Judge


@types.coroutine
def pause() -> Generator[None, None, None]:
    """Something from outside, an answer over the network: it comes at whatever moment."""
    yield


class Bank:
    """An account of the answer's, and what its bank has in the log."""

    def __init__(self, answer: Any, balance: int) -> None:
        self.log: list[int] = []
        self.opening = balance
        self.account = answer.Account(balance, self.note)
        self.moved: list[int] = []

    async def note(self, amount: int) -> None:
        """Takes a while."""
        await pause()
        self.log.append(amount)

    async def move(self, amounts: Sequence[int]) -> None:
        """Deposit what is positive, withdraw what is negative, one after the other."""
        for amount in amounts:
            done = await (self.account.deposit(amount) if amount > 0 else self.account.withdraw(-amount))
            if amount > 0 or done:
                self.moved.append(amount)
                noted = self.log.count(amount) >= self.moved.count(amount)
                assert noted, Text(f"{amount:+d} no está en el registro", f"{amount:+d} is not in the log")

    def right(self, closing: int) -> bool:
        """Whether balance, log and answers agree with the balance that there should be."""
        return bool(
            self.account.balance == self.opening + sum(self.log) == closing and sorted(self.log) == sorted(self.moved)
        )


def two_truths(judge: Judge) -> None:
    """Balance and log agree with 2 and 3 tasks, deposits and withdrawals, also where only one of them is covered."""
    asking = Asking(judge)

    def bank(opening: int, closing: int, *tasks: Sequence[int]) -> Program:
        names = ("ana", "luis", "eva")
        workers = {name: partial(Bank.move, amounts=amounts) for name, amounts in zip(names, tasks, strict=False)}
        return Program(lambda answer: Bank(answer, opening), workers, lambda state: state.right(closing))

    cases = (
        (Text("2 tareas que ingresan", "2 tasks that deposit"), bank(0, 30, [10], [20])),
        (Text("un ingreso y una retirada", "a deposit and a withdrawal"), bank(50, 40, [20], [-30])),
        (Text("2 retiradas y saldo para una", "2 withdrawals and funds for one"), bank(100, 30, [-70], [-70])),
        (Text("3 tareas", "3 tasks"), bank(100, 40, [-70], [-70], [10])),
        (Text("2 tareas y 2 movimientos cada una", "2 tasks and 2 movements each"), bank(50, 40, [10, -20], [-30, 30])),
    )
    for bound, program in cases:
        asking.prove(
            bound,
            program,
            wrong=Text(
                "Saldo y registro no coinciden: se perdió un movimiento o se gastó lo que no había.",
                "Balance and log do not agree: a movement was lost, or what was not there was spent.",
            ),
        )
    asking.real(cases[1][1])


class Store:
    """A database of seats; every answer of its takes a while."""

    def __init__(self, answer: Any, taken: Sequence[str] = ()) -> None:
        self.owners = dict.fromkeys(taken, "somebody")
        self.office = answer.Office(self)
        self.told: dict[str, list[str]] = {}
        self.refused: list[str] = []
        self.inside: set[str] = set()
        self.overlap = False

    async def owner(self, seat: str) -> str | None:
        """Whose it is, as it is when the answer leaves the database."""
        owner = self.owners.get(seat)
        await pause()
        return owner

    async def assign(self, seat: str, client: str) -> None:
        """Write it down."""
        self.inside.add(seat)
        self.overlap = self.overlap or len(self.inside) > 1
        await pause()
        self.inside.discard(seat)
        self.owners[seat] = client

    async def client(self, name: str, seats: Sequence[str]) -> None:
        """Wants these seats, one after the other."""
        for seat in seats:
            if await self.office.book(seat, name):
                self.told.setdefault(seat, []).append(name)
                whose = self.owners.get(seat)
                assert whose == name, Text(f"{seat} es de {whose}, no de {name}", f"{seat} is {whose}'s, not {name}'s")
            else:
                self.refused.append(seat)

    def right(self) -> bool:
        """Whether each seat is of the one client that was told so, and no free one was refused to all."""
        told = {seat: names[0] for seat, names in self.told.items()}
        taken = {seat: owner for seat, owner in self.owners.items() if owner != "somebody"}
        lost = [seat for seat in self.refused if seat not in self.owners]
        return told == taken and all(len(names) == 1 for names in self.told.values()) and not lost


def one_seat(judge: Judge) -> None:
    """A seat is of one client with 2 and 3 clients; one that was taken stays taken; different seats go on at once."""
    asking = Asking(judge)

    def office(taken: Sequence[str], *clients: Sequence[str]) -> Program:
        names = ("ana", "luis", "eva")
        workers = {
            name: partial(Store.client, name=name, seats=seats) for name, seats in zip(names, clients, strict=False)
        }
        return Program(lambda answer: Store(answer, taken), workers, Store.right)

    cases = (
        (Text("2 clientes y una butaca", "2 clients and one seat"), office((), ["A1"], ["A1"])),
        (
            Text("2 clientes y una butaca ya vendida", "2 clients and a seat already sold"),
            office(["A1"], ["A1"], ["A1"]),
        ),
        (Text("2 clientes y 2 butacas cada uno", "2 clients and 2 seats each"), office((), ["A1", "B2"], ["A1", "B2"])),
        (Text("3 clientes y una butaca", "3 clients and one seat"), office((), ["A1"], ["A1"], ["A1"])),
    )
    for bound, program in cases:
        asking.prove(
            bound,
            program,
            wrong=Text(
                "Dos clientes se llevan la misma butaca, o una libre no es de nadie.",
                "Two clients get the same seat, or a free one is nobody's.",
            ),
        )
    asking.reach(
        Text("2 clientes y butacas distintas", "2 clients and different seats"),
        office((), ["A1"], ["B2"]),
        lambda store: store.overlap,
        Text("Dos butacas distintas nunca se asignan a la vez.", "Two different seats are never assigned at once."),
    )
    asking.real(cases[0][1])


PART = 0.2
PATIENCE = 2.5
"""A loop needs up to three turns to wake who sleeps, and a turn is a part for each client."""


def crunch(part: int) -> int:
    """A part of a computation: a fifth of a second of processor, in virtual time."""
    compute(PART)
    return part * part


class Client:
    """One end of a connection: what it asks and when, what it is told, when it is beaten for.

    Arguments:
        questions: each a number of parts.
        arrives: virtual seconds after which it connects.
        thinks: virtual seconds before each question.
    """

    def __init__(self, questions: Sequence[int], arrives: float, first: int, thinks: float = 0.5) -> None:
        self.arrives = arrives
        self._between = thinks
        self.asked = [list(range(first, first + count)) for count in questions]
        self._left = iter([*self.asked, None])
        self.told: list[Any] = []
        self._last = self._silence = 0.0

    async def receive(self) -> list[int] | None:
        """The next question; None at the end."""
        await asyncio.sleep(self._between)
        return next(self._left)

    async def send(self, answer: Any) -> None:
        """Take an answer."""
        await asyncio.sleep(0)
        self.told.append(answer)

    async def ping(self) -> None:
        """Take a beat."""
        self.beat()
        await asyncio.sleep(0)

    def beat(self) -> None:
        """Note how long ago the last one was."""
        now = asyncio.get_running_loop().time()
        self._silence = max(self._silence, now - self._last)
        self._last = now

    async def served(self, serve: Any) -> None:
        """Connect, and be served to the end."""
        if self.arrives:
            await asyncio.sleep(self.arrives)
        self._last = asyncio.get_running_loop().time()
        await serve(self, crunch)
        self.beat()
        assert self._silence <= PATIENCE + 1e-9, Text(
            f"{self._silence:g} s sin latir; el cliente se va a los {PATIENCE:g} s",
            f"{self._silence:g} s without a beat; the client leaves after {PATIENCE:g} s",
        )

    def right(self) -> bool:
        """Whether each question was answered, in order, with what is asked here."""
        return self.told == [sum(part * part for part in question) for question in self.asked]


def heartbeat(judge: Judge) -> None:
    """No client is without a beat for longer than its patience, with 1 and 2 clients; each gets its own answers."""
    asking = Asking(judge)

    def clients(*given: tuple[Sequence[int], float], thinks: float = 0.5) -> Program:
        def setup(answer: Any) -> Any:
            made = [
                Client(questions, arrives, 10 * number, thinks)
                for number, (questions, arrives) in enumerate(given, start=1)
            ]
            return answer.serve, made

        def served(state: Any, number: int) -> Any:
            return state[1][number].served(state[0])

        names = ("ana", "luis")
        workers = {names[number]: partial(served, number=number) for number in range(len(given))}
        return Program(setup, workers, lambda state: all(client.right() for client in state[1]))

    late = Text("El latido se para.", "The heartbeat stops.")
    wrong = Text("Una respuesta falta, o es de otro cliente.", "An answer is missing, or is another client's.")
    for bound, program in (
        (Text("un cliente y una pregunta de 3 s", "a client and a question of 3 s"), clients(([15], 0.0))),
        (Text("un cliente y 2 preguntas", "a client and 2 questions"), clients(([2, 15], 0.0))),
        (
            Text("un cliente que piensa 4 s antes de cada pregunta", "a client that thinks 4 s before each question"),
            clients(([2], 0.0), thinks=4.0),
        ),
        (Text("2 clientes a la vez", "2 clients at once"), clients(([15], 0.0), ([15], 0.0))),
        (
            Text("2 clientes, el segundo más tarde", "2 clients, the second one later"),
            clients(([15], 0.0), ([2, 3], 0.8)),
        ),
    ):
        right = Text(
            "Con 1 y 2 clientes, cada uno recibe las respuestas de sus preguntas.",
            "With 1 and 2 clients, each gets the answers to its own questions.",
        )
        asking.punctual(bound, program, late=late, wrong=wrong, right=right)
    asking.real(clients(([2, 3], 0.0), ([2], 0.0), thinks=0.01))


class Post:
    """Texts on their way, an outbox of the answer's that takes them, and what came of each.

    Arguments:
        answer: the module.
        texts: what is posted; the ones in capitals fail.
    """

    def __init__(self, answer: Any, texts: Sequence[str]) -> None:
        self.box = answer.Outbox()
        self.texts = texts
        self.delivered: list[str] = []
        self.whole = False
        self.overlap = False
        self._inside = 0

    async def send(self, text: str) -> None:
        """Take a while, and fail for some."""
        self._inside += 1
        self.overlap = self.overlap or self._inside > 1
        try:
            await pause()
        finally:
            self._inside -= 1
        if text.isupper():
            raise OSError(text)
        self.delivered.append(text)

    async def session(self) -> None:
        """Post everything, do something else, leave."""
        async with self.box as box:
            for text in self.texts:
                assert box.post(self.send, text) is None, Text("post() no espera", "post() does not wait")
            await pause()
        self.whole = True

    async def long_session(self) -> None:
        """Stay until what was posted has long been sent, and look whether it is still kept."""
        async with self.box as box:
            for text in self.texts:
                box.post(self.send, text)
            for _ in range(20):
                await pause()
            missing = [text for text in self.texts if not text.isupper() and text not in self.delivered]
            assert not missing, Text(f"«{missing[0]}» sigue sin enviarse", f'"{missing[0]}" is still not sent')
            kept = hoarded()
            assert not kept, Text(
                f"la tarea «{kept[0]}» acabó hace mucho y algo la guarda",
                f'the task "{kept[0]}" ended long ago and something keeps it',
            )
        self.whole = True

    def right(self) -> bool:
        """Whether each text was delivered or is among the failed ones, once; nothing twice if it was cut short."""
        good = [text for text in self.texts if not text.isupper()]
        bad = [text for text in self.texts if text.isupper()]
        if not self.whole:
            return len(self.delivered) <= len(good) and len(self.box.failed) <= len(bad)
        return sorted(self.delivered) == sorted(good) and sorted(self.box.failed) == sorted(bad)


def orphan_task(judge: Judge) -> None:
    """Nothing left under way, unseen or kept too long, with 1 to 3 sendings, also if cancelled; they go on at once."""
    asking = Asking(judge)

    def posting(*texts: str, long: bool = False, **options: Any) -> Program:
        session = Post.long_session if long else Post.session
        return Program(lambda answer: Post(answer, texts), {"session": session}, Post.right, **options)

    wrong = Text(
        "Al salir falta un envío, o un fallo que nadie apuntó.",
        "On leaving, a sending is missing, or a failure that nobody noted.",
    )
    cases: tuple[tuple[Text, Program], ...] = (
        (Text("un envío", "one sending"), posting("a", kept=True)),
        (Text("un envío que falla", "a sending that fails"), posting("B", kept=True)),
        (Text("2 envíos, uno falla", "2 sendings, one fails"), posting("a", "B", kept=True)),
        (Text("un envío y una cancelación", "a sending and a cancellation"), posting("a", cancelled=("session",))),
        (Text("un fallo y una cancelación", "a failure and a cancellation"), posting("B", cancelled=("session",))),
    )
    for bound, program in cases:
        asking.prove(bound, program, wrong=wrong)
    asking.prove(
        Text("3 envíos y una sesión larga", "3 sendings and a long session"),
        posting("a", "b", "C", long=True, kept=True),
        wrong=Text(
            "Con la sesión aún abierta, algo no se envía o no se suelta.",
            "With the session still open, something is not sent or not let go of.",
        ),
        loops_own=True,
    )
    asking.reach(
        Text("2 envíos", "2 sendings"),
        posting("a", "b"),
        lambda post: post.overlap,
        Text("Los envíos van uno detrás de otro.", "The sendings go one after the other."),
    )
    asking.real(cases[2][1])
