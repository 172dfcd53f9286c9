"""Checks of topic 04, deadlock."""

import time
import unicodedata
from typing import Any

from hilos.course.catalogue import Text
from hilos.course.checks.trying import endless_courtesy, times_up
from hilos.course.gates import Judge, Lamp
from hilos.course.puzzle import order
from hilos.explore import Trouble

__all__ = ["deadly_embrace", "endless_courtesy", "hierarchy", "philosophers", "times_up", "transfers"]


class Bank:
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
        return lambda: Bank([answer.Account(number, 100) for number in range(accounts)], seconds)

    def pay(source: int, target: int, amount: int) -> Any:
        def worker(state: Bank) -> None:
            moved = answer.transfer(state.accounts[source], state.accounts[target], amount, state.log)
            assert moved is (amount <= 100), moved

        return worker

    def as_ordered(moves: list[tuple[int, int, int]]) -> Any:
        """Whether each account's log is a running balance: nobody else's change came between moving and logging."""

        def holds(state: Bank) -> bool:
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
    others = [(1, 3, 10), (3, 1, 20)]
    judge.prove(
        Text("2 transferencias cruzadas entre otras cuentas", "2 crossed transfers between other accounts"),
        wrong=wrong,
        setup=bank(4),
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
    poor = [(0, 2, 101), (2, 0, 102)]
    judge.prove(
        Text("2 transferencias cruzadas sin bastante dinero", "2 crossed transfers without enough money"),
        wrong=wrong,
        setup=bank(3),
        workers=[pay(*move) for move in poor],
        invariant=as_ordered(poor),
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


class Dinner:
    """A table of the answer's, who is eating and who has eaten."""

    def __init__(self, table: Any, seats: int, seconds: float = 1.0) -> None:
        self.table = table
        self.eating = dict.fromkeys(range(seats), False)
        self.meals = dict.fromkeys(range(seats), 0)
        self.seconds = seconds
        self.clashes: list[int] = []  # who catches what eat() raises has not undone it

    def eat(self, seat: int) -> None:
        """Eat for a while; both neighbours must not be eating."""
        seats = len(self.eating)
        self.eating[seat] = True
        neighbours = [other % seats for other in (seat - 1, seat + 1) if self.eating[other % seats]]
        if neighbours:
            self.clashes.append(seat)
        assert not neighbours, f"{seat} eats together with {neighbours}"
        time.sleep(self.seconds)
        self.eating[seat] = False
        self.meals[seat] += 1


def philosophers(judge: Judge) -> None:
    """No hang and no shared fork at 2 and at 3 seats, none found at 5; at 4, two eat at the same time."""
    answer = judge.answer

    def dinner(seats: int, seconds: float = 1.0) -> dict[str, Any]:
        def at(seat: int) -> Any:
            def philosopher(state: Any) -> Any:
                return state.table.dine(seat, state.eat)

            return philosopher

        return {
            "setup": lambda: Dinner(answer.Table(seats), seats, seconds),
            "workers": [at(seat) for seat in range(seats)],
        }

    def all_ate(state: Dinner) -> bool:
        return not state.clashes and all(meals == 1 for meals in state.meals.values())

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


_CONDITIONS = {
    "exclusion": "exclusion",
    "hold": "hold", "retencion": "hold", "hold and wait": "hold",
    "preemption": "preemption", "expropiacion": "preemption", "no preemption": "preemption",
    "circle": "circle", "circulo": "circle", "circular wait": "circle",
    "none": "", "ninguna": "",
}  # fmt: skip


def deadly_embrace(judge: Judge) -> None:
    """Each pair's schedule replays to a circle, or none does and the condition that is missing is named."""
    answer = judge.answer
    for name, table, first, second, missing in (
        ("ONE", answer.table, answer.fork_first, answer.knife_first, ""),
        ("TWO", answer.table, answer.fork_first, answer.fork_first, "circle"),
        ("THREE", answer.table, answer.fork_first, answer.knife_politely, "hold"),
        ("FOUR", answer.rich_table, answer.fork_first, answer.knife_first, "exclusion"),
    ):
        order(
            judge,
            name,
            setup=table,
            workers=[first, second],
            wanted=Text(
                "Se busca que los dos se esperen para siempre", "What is wanted is both waiting for each other for ever"
            ),
            troubles=(Trouble.DEADLOCK, Trouble.STUCK),
            shown=lambda table: str(Text("que los dos terminan", "both coming to their end")),
        )
        if judge.red:
            return
        written = getattr(answer, f"{name}_LACKS", "")
        plain = unicodedata.normalize("NFD", str(written).strip().lower())
        said = _CONDITIONS.get("".join(letter for letter in plain if not unicodedata.combining(letter)))
        if said is None:
            judge.refuse(
                Lamp.SAFETY,
                str(
                    Text(
                        f"{name}_LACKS: escribe exclusion, retencion, expropiacion, circulo o ninguna.",
                        f"{name}_LACKS: write exclusion, hold, preemption, circle or none.",
                    )
                ),
            )
        elif said != missing:
            judge.refuse(
                Lamp.SAFETY,
                str(
                    Text(
                        f"{name}_LACKS: «{written}» no es la condición que falta en esa pareja.",
                        f'{name}_LACKS: "{written}" is not the condition that is missing in that pair.',
                    )
                ),
            )


def hierarchy(judge: Judge) -> None:
    """Sales and reports never hang and agree; a lock out of order is refused before waiting, in its own thread only."""
    answer = judge.answer

    def sell(shop: Any) -> None:
        shop.sell()

    def report(shop: Any) -> None:
        stock, ordered = shop.report()
        assert stock + ordered == 5, f"{stock} + {ordered}"

    for sellers in (1, 2):
        shop: dict[str, Any] = {
            "setup": lambda: answer.Shop(5),
            "workers": [*[sell] * sellers, report],
            "invariant": lambda shop, sellers=sellers: (shop.stock, shop.ordered) == (5 - sellers, sellers),
        }
        judge.prove(
            Text(
                f"{sellers} que {'vende' if sellers == 1 else 'venden'} y 1 que mira",
                f"{sellers} who {'sells' if sellers == 1 else 'sell'} and 1 who looks",
            ),
            wrong=Text("Se ve una venta sin reponer, o se pierde una.", "A sale without its order is seen, or lost."),
            **shop,
        )

    def refused(low: Any, high: Any) -> bool:
        try:
            with high, low:
                return False
        except answer.HierarchyError:
            return True

    def ranks() -> None:
        first, second, third, other = (answer.RankedLock(rank) for rank in (1, 2, 3, 2))
        with first, second, third:
            pass
        assert refused(first, second), "1 after 2"
        assert refused(first, third), "1 after 3"
        assert refused(other, second), "2 after 2"
        assert refused(second, second), "the same twice"
        with first:
            assert refused(second, third), "2 after 3"
        with first, third:
            pass
        with second:
            pass

    judge.prove(
        Text("1 hilo y 4 locks", "1 thread and 4 locks"),
        body=ranks,
        wrong=Text(
            "Un lock fuera de orden no se rechaza, o uno en orden sí.",
            "A lock out of order is not refused, or one in order is.",
        ),
    )

    def crossed(climbs: bool) -> Any:
        def worker(locks: list[Any]) -> None:
            if climbs:
                assert refused(locks[0], locks[1]), "1 after 2"
            else:
                with locks[0], locks[1]:
                    pass

        return worker

    judge.prove(
        Text("1 hilo que respeta el orden y 1 que no", "1 thread that keeps the order and 1 that does not"),
        setup=lambda: [answer.RankedLock(1), answer.RankedLock(2)],
        workers=[crossed(False), crossed(True)],
        wrong=Text(
            "Un lock fuera de orden no se rechaza, o uno en orden sí.",
            "A lock out of order is not refused, or one in order is.",
        ),
    )
    judge.real(**shop)
