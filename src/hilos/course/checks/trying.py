"""Checks of topic 04, deadlock: locks that are tried and not waited for, or not for ever."""

import threading
import time
from dataclasses import replace
from typing import Any

from hilos.course.catalogue import Text
from hilos.course.gates import BUDGET, Judge, Lamp

_RUDE = -1
"""No thread: whoever waited, or paused with a lock in hand, and caught what that raises, has not undone it."""


class _Lock:
    """A lock that knows how many its thread holds, and that nobody waits for."""

    def __init__(self, held: dict[int, int]) -> None:
        self._lock = threading.Lock()
        self._held = held

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        if blocking:
            self._held[_RUDE] = 1
        assert not blocking, "acquire() waits"
        got = self._lock.acquire(blocking=False)
        if got:
            me = threading.get_ident()
            self._held[me] = self._held.get(me, 0) + 1
        return got

    def release(self) -> None:
        self._lock.release()
        self._held[threading.get_ident()] -= 1

    def locked(self) -> bool:
        return self._lock.locked()

    def seize(self) -> None:
        """Take it for nobody."""
        self._lock.acquire()

    def vacate(self) -> None:
        """Undo `seize`."""
        self._lock.release()

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *error: object) -> None:
        self.release()


class Hall:
    """Two accounts and a clock on which work takes no time: whoever has the earliest time goes on.

    A pause ends when no other thread has an earlier time.  Who pauses as long as the other is in step with it; who
    pauses longer lets the other finish.

    Attributes:
        now: time of each thread; for one that is done, infinite.
        busy: for how many pauses more the second account's lock is somebody else's.
    """

    CHANCES = ((0.137, 0.811, 0.293, 0.673, 0.059, 0.421), (0.571, 0.233, 0.947, 0.089, 0.397, 0.701))

    def __init__(self, accounts: list[Any], threads: int, busy: int = 0) -> None:
        self.accounts = accounts
        self.busy = busy
        self.held: dict[int, int] = {}
        for each in accounts:
            each.lock = _Lock(self.held)
        self.now = dict.fromkeys(range(threads), 0.0)
        self.drawn = dict.fromkeys(range(threads), 0)
        self.changed = threading.Condition()
        if busy:
            accounts[1].lock.seize()

    def pause(self, number: int, seconds: float) -> None:
        """Let `seconds` go by in thread `number`, which must hold nothing."""
        if self.held.get(threading.get_ident()):
            self.held[_RUDE] = 1
        assert not self.held.get(threading.get_ident()), "pause() with a lock in hand"
        with self.changed:
            self.now[number] += seconds
            self.changed.notify_all()
            while any(self.now[each] < self.now[number] for each in self.now):
                self.changed.wait()
        if self.busy:
            self.busy -= 1
            if not self.busy:
                self.accounts[1].lock.vacate()

    def chance(self, number: int) -> float:
        """A number from 0 to 1; no two threads draw the same ones."""
        draw = self.drawn[number]
        self.drawn[number] = draw + 1
        return self.CHANCES[number][draw % 6]

    def finish(self, number: int) -> None:
        """Thread `number` is done."""
        with self.changed:
            self.now[number] = float("inf")
            self.changed.notify_all()


def endless_courtesy(judge: Judge) -> None:
    """Crossed, and against one who holds a lock for long: every transfer is done, nothing in hand while pausing."""
    answer = judge.answer

    def hall() -> Hall:
        return Hall([answer.Account(100), answer.Account(100)], 2)

    def pay(number: int, source: int, target: int, amount: int) -> Any:
        def worker(state: Hall) -> None:
            answer.transfer(
                state.accounts[source],
                state.accounts[target],
                amount,
                lambda seconds: state.pause(number, seconds),
                lambda: state.chance(number),
            )
            state.finish(number)

        return worker

    def ends_at(*balances: int) -> Any:
        return lambda state: (
            [each.balance for each in state.accounts] == list(balances)
            and _RUDE not in state.held
            and not any(each.lock.locked() for each in state.accounts)
        )

    crossed: dict[str, Any] = {
        "setup": hall,
        "workers": [pay(0, 0, 1, 10), pay(1, 1, 0, 30)],
        "invariant": ends_at(120, 80),
    }
    lamps = (Lamp.SAFETY, Lamp.DEADLOCK, Lamp.LIVENESS)
    budget = replace(BUDGET, operations=600)  # three times what a right answer takes
    wrong = Text(
        "Una transferencia no se hizo, o esperó con un lock en la mano, o lo dejó tomado.",
        "A transfer was not done, or waited with a lock in hand, or left it taken.",
    )
    judge.prove(
        Text(
            "2 transferencias cruzadas (una pausa deja tiempo a quien pausa menos)",
            "2 crossed transfers (a pause gives time to who pauses less)",
        ),
        lamps=lamps,
        wrong=wrong,
        budget=budget,
        **crossed,
    )
    judge.prove(
        Text(
            "1 transferencia, con un lock ocupado las primeras 5 pausas",
            "1 transfer, with a lock taken for the first 5 pauses",
        ),
        lamps=lamps,
        wrong=wrong,
        budget=budget,
        setup=lambda: Hall([answer.Account(100), answer.Account(100)], 1, busy=5),
        workers=[pay(0, 0, 1, 10)],
        invariant=ends_at(90, 110),
    )
    judge.real(**crossed)


class Vault:
    """Accounts, and what each transfer answered."""

    def __init__(self, accounts: list[Any]) -> None:
        self.accounts = accounts
        self.answers: dict[int, Any] = {}


def times_up(judge: Judge) -> None:
    """Wherever the time runs out: what was answered is what happened, no lock is left taken, nobody hangs."""
    answer = judge.answer

    def pay(number: int, source: int, target: int, amount: int) -> Any:
        def worker(state: Vault) -> None:
            state.answers[number] = answer.transfer(state.accounts[source], state.accounts[target], amount)

        return worker

    def keep(state: Vault) -> None:
        with state.accounts[1].lock:
            state.accounts[1].balance += 1

    def as_answered(moves: list[tuple[int, int, int]], extra: int = 0) -> Any:
        def holds(state: Vault) -> bool:
            balances = [100, 100 + extra]
            for number, (source, target, amount) in enumerate(moves):
                if state.answers[number] is True:
                    balances[source] -= amount
                    balances[target] += amount
                elif state.answers[number] is not False:
                    return False
            if any(each.lock.locked() for each in state.accounts):
                return False
            return [each.balance for each in state.accounts] == balances

        return holds

    def vault() -> Vault:
        return Vault([answer.Account(100), answer.Account(100)])

    wrong = Text(
        "Lo que se contestó no es lo que pasó con el dinero, o queda un lock tomado.",
        "What was answered is not what happened to the money, or a lock is left taken.",
    )
    judge.prove(
        Text("1 transferencia sola", "1 transfer alone"),
        wrong=Text("Nadie estorba, y el dinero no se mueve.", "Nobody is in the way, and the money is not moved."),
        setup=vault,
        workers=[pay(0, 0, 1, 10)],
        invariant=lambda state: state.answers[0] is True and as_answered([(0, 1, 10)])(state),
    )
    crossed = [(0, 1, 10), (1, 0, 30)]
    program: dict[str, Any] = {
        "setup": vault,
        "workers": [pay(number, *move) for number, move in enumerate(crossed)],
        "invariant": as_answered(crossed),
    }
    judge.prove(Text("2 transferencias cruzadas", "2 crossed transfers"), wrong=wrong, **program)
    same = [(0, 1, 10), (0, 1, 30)]
    judge.prove(
        Text("2 transferencias iguales y 1 que usa un lock", "2 transfers alike and 1 who uses a lock"),
        wrong=wrong,
        setup=vault,
        workers=[*(pay(number, *move) for number, move in enumerate(same)), keep],
        invariant=as_answered(same, 1),
    )

    def hold(state: Vault) -> None:
        with state.accounts[1].lock:
            time.sleep(30)

    def impatient(state: Vault) -> None:
        began = time.monotonic()
        moved = answer.transfer(state.accounts[0], state.accounts[1], 10)
        took = time.monotonic() - began
        assert moved or took <= 2, f"{took:g} s"

    judge.prove(
        Text("1 transferencia y 1 que usa un lock 30 s", "1 transfer and 1 who uses a lock for 30 s"),
        wrong=Text("Espera más de un segundo por lock.", "It waits for a lock for more than a second."),
        setup=vault,
        workers=[impatient, hold],
        invariant=lambda state: not any(each.lock.locked() for each in state.accounts),
    )
    judge.real(**program)
