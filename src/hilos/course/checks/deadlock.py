"""Checks of topic 04, deadlock."""

import time
from typing import Any

from hilos.course.catalogue import Text
from hilos.course.gates import Judge


class _Bank:
    """Accounts of 100 each, and for each the balances that were logged, in order."""

    def __init__(self, accounts: list[Any], seconds: float = 1.0) -> None:
        self.accounts = accounts
        self.logged: list[list[int]] = [[] for _ in accounts]
        self.seconds = seconds

    def log(self, source: Any, target: Any) -> None:
        """Note the balances of both accounts, which takes a while."""
        for account in (source, target):
            self.logged[account.number].append(account.balance)
        time.sleep(self.seconds)


def transfers(judge: Judge) -> None:
    """No hang crossed, in a ring, to oneself; every balance logged as it was; two pairs go at once."""
    answer = judge.answer

    def bank(accounts: int, seconds: float = 1.0) -> Any:
        return lambda: _Bank([answer.Account(number, 100) for number in range(accounts)], seconds)

    def pay(source: int, target: int, amount: int) -> Any:
        def worker(state: _Bank) -> None:
            moved = answer.transfer(state.accounts[source], state.accounts[target], amount, state.log)
            assert moved is (amount <= 100), moved

        return worker

    def as_ordered(moves: list[tuple[int, int, int]]) -> Any:
        """Whether each account's log is a running balance: nobody else's change came between moving and logging."""

        def holds(state: _Bank) -> bool:
            for account, logged in zip(state.accounts, state.logged, strict=True):
                steps = sorted(
                    amount if target == account.number else -amount
                    for source, target, amount in moves
                    if account.number in (source, target) and source != target and amount <= 100
                )
                if account.balance != 100 + sum(steps):
                    return False
                if sorted(b - a for a, b in zip([100, *logged], logged, strict=False)) != steps:
                    return False
            return True

        return holds

    wrong = Text(
        "Se pierde dinero, o se anota un saldo que no es el de esa transferencia.",
        "Money is lost, or a balance is logged that is not that transfer's.",
    )
    crossed = [(0, 1, 10), (1, 0, 20)]
    program: dict[str, Any] = {"workers": [pay(*move) for move in crossed], "invariant": as_ordered(crossed)}
    judge.prove(Text("2 transferencias cruzadas", "2 crossed transfers"), wrong=wrong, setup=bank(2), **program)
    others = [(1, 2, 10), (2, 1, 20)]
    judge.prove(
        Text("2 transferencias cruzadas entre otras cuentas", "2 crossed transfers between other accounts"),
        wrong=wrong,
        setup=bank(3),
        workers=[pay(*move) for move in others],
        invariant=as_ordered(others),
    )
    ring = [(0, 1, 10), (1, 2, 20), (2, 0, 30)]
    judge.prove(
        Text("3 transferencias en corro", "3 transfers in a ring"),
        wrong=wrong,
        setup=bank(3),
        workers=[pay(*move) for move in ring],
        invariant=as_ordered(ring),
    )
    judge.prove(
        Text("una transferencia sin bastante dinero", "a transfer without enough money"),
        wrong=wrong,
        setup=bank(2),
        workers=[pay(0, 1, 101)],
        invariant=as_ordered([(0, 1, 101)]),
    )
    judge.prove(
        Text("una transferencia a uno mismo", "a transfer to oneself"),
        wrong=Text("Pagarse a uno mismo cambia el saldo.", "Paying oneself changes the balance."),
        setup=bank(1),
        workers=[lambda state: answer.transfer(state.accounts[0], state.accounts[0], 10, state.log)],
        invariant=lambda state: state.accounts[0].balance == 100,
    )
    judge.makespan(
        Text("2 transferencias de 1 s entre 4 cuentas", "2 transfers of 1 s among 4 accounts"),
        1.0,
        setup=bank(4),
        workers=[pay(0, 1, 10), pay(2, 3, 10)],
        slow=Text(
            "Dos transferencias que no comparten ninguna cuenta se esperan.",
            "Two transfers that share no account wait for each other.",
        ),
    )
    judge.real(setup=bank(2, 0.01), **program)


class _Dinner:
    """A table of the answer's, who is eating and who has eaten."""

    def __init__(self, table: Any, seats: int, seconds: float = 1.0) -> None:
        self.table = table
        self.eating = dict.fromkeys(range(seats), False)
        self.meals = dict.fromkeys(range(seats), 0)
        self.seconds = seconds

    def eat(self, seat: int) -> None:
        """Eat for a while; both neighbours must not be eating."""
        seats = len(self.eating)
        self.eating[seat] = True
        neighbours = [other % seats for other in (seat - 1, seat + 1) if self.eating[other % seats]]
        assert not neighbours, f"{seat} eats together with {neighbours}"
        time.sleep(self.seconds)
        self.eating[seat] = False
        self.meals[seat] += 1


def philosophers(judge: Judge) -> None:
    """No hang and no shared fork at 2 and at 3 seats, none found at 5; at 4, two eat at the same time."""
    answer = judge.answer

    def dinner(seats: int, seconds: float = 1.0) -> dict[str, Any]:
        def philosopher(seat: int) -> Any:
            return lambda state: state.table.dine(seat, state.eat)

        return {
            "setup": lambda: _Dinner(answer.Table(seats), seats, seconds),
            "workers": [philosopher(seat) for seat in range(seats)],
        }

    def all_ate(state: _Dinner) -> bool:
        return all(meals == 1 for meals in state.meals.values())

    for seats, ask in ((2, judge.prove), (3, judge.prove), (5, judge.hunt)):
        ask(
            Text(f"{seats} filósofos que comen una vez", f"{seats} philosophers who eat once"),
            invariant=all_ate,
            wrong=Text("Alguien se queda sin comer.", "Somebody does not eat."),
            **dinner(seats),
        )
    judge.makespan(
        Text("4 filósofos que comen 1 s", "4 philosophers who eat for 1 s"),
        2.0,
        slow=Text(
            "Comen de uno en uno aunque haya tenedores para dos.",
            "They eat one by one although there are forks for two.",
        ),
        **dinner(4),
    )
    judge.real(invariant=all_ate, **dinner(5, 0.01))
