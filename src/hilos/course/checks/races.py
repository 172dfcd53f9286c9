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


class _Cash:
    """An account and what each machine handed out."""

    def __init__(self, account: Any, machines: int) -> None:
        self.account = account
        self.handed = [0] * machines


def cash_machine(judge: Judge) -> None:
    """As much money as there is goes out, and no more, at 2 machines x 1, 2 x 2 and 3 x 1."""
    answer = judge.answer

    def machine(number: int, amount: int, times: int) -> Any:
        def withdraw(cash: _Cash) -> None:
            for _ in range(times):
                if cash.account.withdraw(amount):
                    cash.handed[number] += amount

        return withdraw

    for machines, times, balance, amount in ((2, 1, 100, 80), (2, 2, 100, 30), (3, 1, 100, 40)):
        most = min(machines * times, balance // amount) * amount
        program: dict[str, Any] = {
            "setup": lambda machines=machines, balance=balance: _Cash(answer.Account(balance), machines),
            "workers": [machine(number, amount, times) for number in range(machines)],
            "invariant": lambda cash, balance=balance, most=most: (
                sum(cash.handed) == most and cash.account.balance == balance - most
            ),
        }
        judge.prove(
            Text(
                f"{machines} cajeros que piden {times} veces {amount}, con {balance} en la cuenta",
                f"{machines} machines that ask {times} times for {amount}, with {balance} in the account",
            ),
            wrong=Text(
                "Lo entregado y lo que queda no cuadran con lo que había.",
                "What was handed out and what is left do not add up to what there was.",
            ),
            **program,
        )
    judge.real(**program)
