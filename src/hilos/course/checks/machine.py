"""The model machine of 01.4: cores, a GIL a process, what starting a process costs.  All its seconds are virtual.

It is a model and says so: two cores, among which the workers are shared out, each job a second long, a GIL that is held
for a job's whole length.  What it keeps of the real thing is what the exercise is about: who needs a core, who needs
the GIL, and that waiting needs neither.
"""

import threading
import time
from typing import Any

CORES = 2
START = 0.3
MOST_WORKERS = 16

Choice = tuple[str, int]


class Machine:
    """What an answer chooses from.  A choice is words and numbers only: there is nothing in it to be changed."""

    def threads(self, n: int) -> Choice:
        """So many threads of one process."""
        return ("threads", n)

    def processes(self, n: int) -> Choice:
        """So many processes with a thread each."""
        return ("processes", n)

    def coroutines(self) -> Choice:
        """One thread, in which all waiting is done together."""
        return ("coroutines", 1)


def work(choose: Any, kind: str, count: int) -> Any:
    """A program: let an answer choose a group, and have it do so many jobs of a kind."""

    def body() -> None:
        choice = choose(Machine(), kind, count)
        assert isinstance(choice, tuple), f"{choice!r}"
        group, workers = choice
        assert group in ("threads", "processes", "coroutines"), f"{group!r}"
        assert isinstance(workers, int), f"workers: {workers!r}"
        assert 1 <= workers <= MOST_WORKERS, f"workers: {workers} > {MOST_WORKERS}"
        assert group != "coroutines" or workers == 1, f"workers: {workers}"
        _run(group, workers, kind, count)

    return body


def _run(group: str, workers: int, kind: str, count: int) -> None:
    cores = [threading.Lock() for _ in range(CORES)]
    gils = [threading.Lock() for _ in range(workers if group == "processes" else 1)]

    def worker(number: int) -> None:
        jobs = len(range(number, count, workers))
        if group == "processes":
            time.sleep(START)
        if kind == "wait":
            time.sleep(min(jobs, 1) if group == "coroutines" else jobs)
            return
        for _ in range(jobs):
            if kind == "hash":
                with cores[number % CORES]:
                    time.sleep(1)
            else:
                with gils[number % len(gils)], cores[number % CORES]:
                    time.sleep(1)

    threads = [threading.Thread(target=worker, args=(number,)) for number in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
