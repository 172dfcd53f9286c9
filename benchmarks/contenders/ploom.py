"""ploom: mode `dfs`.  It does not take ordinary code, so programs that its Lock and SharedCell can say are ported."""

from collections.abc import Callable

import ploom

from contenders.row import Row, Watch


def _run(*targets: Callable[[], object]) -> None:
    threads = [ploom.Thread(target=target) for target in targets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _counter(locked: bool) -> Callable[[], None]:
    def scenario() -> None:
        value, lock = ploom.SharedCell(0), ploom.Lock()

        def count() -> None:
            if locked:
                with lock:
                    value.write(value.read() + 1)
            else:
                value.write(value.read() + 1)

        _run(count, count)
        assert value.read() == 2

    return scenario


def _deadlock01(fixed: bool) -> Callable[[], None]:
    def scenario() -> None:
        a, b = ploom.Lock(), ploom.Lock()
        orders = [(a, b), (a, b) if fixed else (b, a)]

        def take(first: ploom.Lock, second: ploom.Lock) -> Callable[[], None]:
            def both() -> None:
                with first, second:
                    pass

            return both

        _run(*(take(*order) for order in orders))

    return scenario


def _twostage(fixed: bool) -> Callable[[], None]:
    def scenario() -> None:
        lock1, lock2 = ploom.Lock(), ploom.Lock()
        data1, data2 = ploom.SharedCell(0), ploom.SharedCell(0)

        def write() -> None:
            with lock1:
                data1.write(1)
                if fixed:
                    with lock2:
                        data2.write(data1.read() + 1)
            if not fixed:
                with lock2:
                    data2.write(data1.read() + 1)

        def read() -> None:
            with lock1:
                first = data1.read()
            if first == 0:
                return
            with lock2:
                second = data2.read()
            assert second == first + 1

        _run(write, read)

    return scenario


def _reorder_3(fixed: bool) -> Callable[[], None]:
    def scenario() -> None:
        a, b, lock = ploom.SharedCell(0), ploom.SharedCell(0), ploom.Lock()

        def set_both() -> None:
            if fixed:
                with lock:
                    a.write(1)
                    b.write(-1)
            else:
                a.write(1)
                b.write(-1)

        def check() -> None:
            if fixed:
                with lock:
                    seen = (a.read(), b.read())
            else:
                seen = (a.read(), b.read())
            assert seen in ((0, 0), (1, -1))

        _run(set_both, set_both, check)

    return scenario


def _mutex(fixed: bool) -> Callable[[], None]:
    return _counter(fixed)


SCENARIOS = {
    "mutex": _mutex,
    "deadlock01": _deadlock01,
    "twostage": _twostage,
    "reorder_3": _reorder_3,
}


def measure(program: str, mode: str, cap: float, seed: int) -> Row:
    """Check the port of the program for at most `cap` seconds."""
    folder, name = program.removesuffix(".py").split("/")
    scenario = SCENARIOS[name](folder == "pass")
    config = ploom.Config(max_executions=10**6, timeout=cap, minimize_executions=0)
    watch = Watch()
    try:
        statistics = ploom.check(scenario, config=config)
    except ploom.ModelCheckError as error:
        return watch.row("bug", error.statistics.executions, None, type(error).__name__)
    except ploom.IncompleteExplorationError as error:
        return watch.row("cap", error.statistics.executions)
    return watch.row("proved", statistics.executions)
