"""Checks of topic 08, asyncio: the answer runs on the loop of `hilos.course.asynchronous`."""

import types
from collections.abc import Generator, Sequence
from functools import partial
from typing import Any

from hilos.course.asynchronous import Asking, Program
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
