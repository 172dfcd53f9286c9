"""Checks of topic 03, locks."""

import time
from typing import Any

from hilos.course.catalogue import Text
from hilos.course.gates import Judge


class _Bank:
    """Accounts, and a journal a worker, written in a second."""

    def __init__(self, accounts: list[Any], workers: int) -> None:
        self.accounts = accounts
        self.journals: list[list[int]] = [[] for _ in range(workers)]


def whose_lock(judge: Judge) -> None:
    """No deposit into one account is lost, at 2 x 1, 2 x 2 and 3 x 1; two accounts are paid into at once."""
    answer = judge.answer

    def deposits(number: int, account: int, times: int, seconds: float = 1.0) -> Any:
        def deposit(bank: _Bank) -> None:
            def log(amount: int) -> None:
                time.sleep(seconds)
                bank.journals[number].append(amount)

            for _ in range(times):
                bank.accounts[account].deposit(10, log)

        return deposit

    def bank(accounts: int, workers: int) -> Any:
        return lambda: _Bank([answer.Account(100) for _ in range(accounts)], workers)

    for threads, times in ((2, 1), (2, 2), (3, 1)):
        program: dict[str, Any] = {
            "setup": bank(1, threads),
            "workers": [deposits(number, 0, times) for number in range(threads)],
            "invariant": lambda bank, threads=threads, times=times: (
                bank.accounts[0].balance == 100 + 10 * threads * times
                and all(journal == [10] * times for journal in bank.journals)
            ),
        }
        judge.prove(
            Text(
                f"{threads} hilos que ingresan {times} veces en una cuenta",
                f"{threads} threads that pay {times} times into one account",
            ),
            wrong=Text("Se pierde un ingreso o su anotación.", "A deposit or its entry in the journal is lost."),
            **program,
        )
    judge.makespan(
        Text("2 ingresos de 1 s en 2 cuentas", "2 deposits of 1 s into 2 accounts"),
        1.0,
        setup=bank(2, 2),
        workers=[deposits(number, number, 1) for number in range(2)],
        slow=Text("Quien ingresa en una cuenta espera al de otra.", "Who pays into one account waits for another's."),
    )
    program["workers"] = [deposits(number, 0, 1, 0.01) for number in range(3)]
    judge.real(**program)
