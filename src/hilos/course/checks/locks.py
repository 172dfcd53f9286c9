"""Checks of topic 03, locks."""

import time
from functools import partial
from typing import Any

from hilos.course.catalogue import Text, often
from hilos.course.gates import Judge


class _Bank:
    """Accounts, and a journal a worker, written in a second."""

    def __init__(self, accounts: list[Any], workers: int) -> None:
        self.accounts = accounts
        self.journals: list[list[int]] = [[] for _ in range(workers)]


def whose_lock(judge: Judge) -> None:
    """No deposit into one account is lost, at 2 x 1, 2 x 2 and 3 x 1; three accounts are paid into at once."""
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
                f"{threads} hilos que ingresan {often(times).es} en una cuenta",
                f"{threads} threads that pay {often(times).en} into one account",
            ),
            wrong=Text("Se pierde un ingreso o su anotación.", "A deposit or its entry in the journal is lost."),
            **program,
        )
    judge.makespan(
        Text("3 ingresos de 1 s en 3 cuentas", "3 deposits of 1 s into 3 accounts"),
        1.0,
        setup=bank(3, 3),
        workers=[deposits(number, number, 1) for number in range(3)],
        slow=Text("Quien ingresa en una cuenta espera al de otra.", "Who pays into one account waits for another's."),
    )
    program["workers"] = [deposits(number, 0, 1, 0.01) for number in range(3)]
    judge.real(**program)


class _Fault(RuntimeError):
    """What render and send fail with."""


class _Paper:
    """A printer, who is sending to it, and what each caller was told."""

    def __init__(self, printer: Any, callers: int) -> None:
        self.printer = printer
        self.sending: str | None = None
        self.sent: list[str] = []
        self.told: dict[int, object] = dict.fromkeys(range(callers))
        self.clashes: list[str] = []  # who catches what send() raises has not undone it


def _paper(answer: Any, callers: int) -> _Paper:
    return _Paper(answer.Printer(), callers)


def never_released(judge: Judge) -> None:
    """An empty page, render and send failing: the lock is free after each, and sending is one at a time."""
    answer = judge.answer

    def caller(number: int, page: str, fails: str = "") -> Any:
        def call(paper: _Paper) -> None:
            def render(text: str) -> str:
                if fails == "render":
                    raise _Fault
                return text.upper()

            def send(text: str) -> None:
                if paper.sending is not None:
                    paper.clashes.append(text)
                assert paper.sending is None, "two at once"
                paper.sending = text
                if fails != "send":
                    paper.sent.append(text)
                assert paper.sending == text, "two at once"
                paper.sending = None
                if fails == "send":
                    raise _Fault

            try:
                paper.told[number] = paper.printer.print_page(page, render, send)
            except _Fault:
                paper.told[number] = "fault"

        return call

    cases = (
        (Text("dos páginas", "two pages"), ("one", ""), ("other", "")),
        (Text("una página vacía", "an empty page"), ("", ""), ("other", "")),
        (Text("un fallo en render", "a failure in render"), ("one", "render"), ("other", "")),
        (Text("un fallo en send", "a failure in send"), ("one", "send"), ("other", "")),
        (
            Text("3 páginas, una vacía y un fallo", "3 pages, one empty and a failure"),
            ("", ""),
            ("x", "send"),
            ("y", ""),
        ),
    )
    program: dict[str, Any] = {}
    for bound, *pages in cases:
        told = [False if not page else "fault" if fails else True for page, fails in pages]
        sent = [page.upper() for page, fails in pages if page and not fails]
        program = {
            "setup": partial(_paper, answer, len(pages)),
            "workers": [caller(number, page, fails) for number, (page, fails) in enumerate(pages)],
            "invariant": lambda paper, told=told, sent=sent: (
                list(paper.told.values()) == told
                and sorted(paper.sent) == sent
                and paper.printer.pages == len(sent)
                and not paper.clashes
            ),
        }
        judge.prove(
            bound,
            wrong=Text(
                "Dos envían a la vez, o quien llamó no se entera de lo que pasó.",
                "Two send at once, or the caller is not told what happened.",
            ),
            **program,
        )
    judge.real(**program)


def nosy_reader(judge: Judge) -> None:
    """A reader sees whole couples in a list that is its own, beside 1 and 2 couples that come and go."""
    answer = judge.answer

    def couple(name: str, leaves: bool) -> Any:
        def come(party: Any) -> None:
            party.arrive(name, name.lower())
            if leaves:
                party.leave(name, name.lower())

        return come

    def reader(party: Any) -> None:
        seen = party.guests()
        before = sorted(seen)
        names = [name.upper() for name in before]
        assert all(names.count(name) == 2 for name in names), f"half a couple: {before}"
        assert sorted(seen) == before, f"it changed: {before}, {sorted(seen)}"

    def spoiler(party: Any) -> None:
        party.guests().clear()

    def whole(*names: str) -> Any:
        wanted = sorted((*names, *(name.lower() for name in names)))
        return lambda party: sorted(party.guests()) == wanted

    wrong = Text(
        "El lector ve media pareja, o la lista cambia mientras la mira.",
        "The reader sees half a couple, or the list changes while it looks.",
    )
    program: dict[str, Any] = {}
    for bound, workers, names in (
        (Text("una pareja y un lector", "a couple and a reader"), [couple("A", False), reader], "A"),
        (
            Text("una pareja que se va y un lector", "a couple that leaves and a reader"),
            [couple("A", True), reader],
            "",
        ),
        (
            Text(
                "una pareja que se va, otra que se queda y un lector", "a couple that leaves, one that stays, a reader"
            ),
            [couple("A", True), couple("B", False), reader],
            "B",
        ),
        (
            Text("dos parejas y un lector", "two couples and a reader"),
            [couple("A", False), couple("B", False), reader],
            "AB",
        ),
        (Text("quien vacía lo que recibe", "one who empties what it is given"), [couple("A", False), spoiler], "A"),
    ):
        program = {"setup": answer.Party, "workers": workers, "invariant": whole(*names)}
        judge.prove(bound, wrong=wrong, **program)
    judge.real(**program)


class _Stock:
    """A store and the totals that were announced."""

    def __init__(self, store: Any) -> None:
        self.totals: list[int] = []
        self.store = store({"A": 5, "B": 5, "C": 0}, self.totals.append)


def recursion(judge: Judge) -> None:
    """Moves among readers, moves and direct calls: every look and every announced total is whole."""
    answer = judge.answer

    def mover(origin: str, target: str) -> Any:
        def move(stock: _Stock) -> None:
            stock.store.move(origin, target, 1)

        return move

    def putter(stock: _Stock) -> None:
        stock.store.put("C", 10)

    def taker(stock: _Stock) -> None:
        stock.store.take("B", 2)

    def looker(stock: _Stock) -> None:
        shelves = stock.store.look()
        assert sum(shelves.values()) == 10, shelves

    wrong = Text(
        "Alguien ve el almacén a medias, o un aviso falta o no dice el total.",
        "Somebody sees the store half done, or an announcement is missing or not the total.",
    )
    program: dict[str, Any] = {}
    for bound, workers, shelves, totals in (
        (Text("un traslado y quien mira", "a move and one who looks"), [mover("A", "B"), looker], (4, 6, 0), ([10],)),
        (
            Text("dos traslados cruzados", "two moves across"),
            [mover("A", "B"), mover("B", "A")],
            (5, 5, 0),
            ([10, 10],),
        ),
        (
            Text("un traslado y un ingreso en el mismo estante", "a move and a delivery to the same shelf"),
            [mover("A", "C"), putter],
            (4, 5, 11),
            ([10, 20], [20, 20]),
        ),
        (
            Text("un traslado, un ingreso y una salida", "a move, a delivery and a withdrawal"),
            [mover("A", "C"), putter, taker],
            (4, 3, 11),
            ([10, 20, 18], [20, 20, 18], [10, 8, 18], [8, 8, 18], [20, 18, 18], [8, 18, 18]),
        ),
    ):
        program = {
            "setup": lambda: _Stock(answer.Store),
            "workers": workers,
            "invariant": lambda stock, shelves=shelves, totals=totals: (
                tuple(stock.store.shelves.values()) == shelves and stock.totals in totals
            ),
        }
        judge.prove(bound, wrong=wrong, **program)
    judge.real(**program)


class _Shop:
    """A cache, how often each key was loaded, and what each caller got."""

    def __init__(self, cache: Any, keys: int, callers: int, fails: bool, seconds: float) -> None:
        self.loads = [0] * keys
        self.ready = [False] * keys
        self.got: dict[int, object] = dict.fromkeys(range(callers))
        self.fails = fails
        self.seconds = seconds
        self.cache = cache(self._load)

    def _load(self, key: int) -> str:
        self.loads[key] += 1
        time.sleep(self.seconds)
        self.ready[key] = True
        if self.fails:
            raise _Fault
        return f"value {key}"


def too_safe(judge: Judge) -> None:
    """Each key once, at 2 and 3 callers, one that asks twice, and a load that fails; 3 keys are loaded at once."""
    answer = judge.answer

    def caller(number: int, keys: tuple[int, ...]) -> Any:
        def call(shop: _Shop) -> None:
            for key in keys:
                try:
                    value = shop.cache.get(key)
                except _Fault:
                    value = "fault"
                assert value == ("fault" if shop.fails else f"value {key}"), value
                # What C code keeps (`lru_cache`) is not seen; that this thread's step depends on the load has to be.
                assert shop.ready[key], key
            shop.got[number] = len(keys)

        return call

    def shop(keys: int, callers: int, fails: bool = False, seconds: float = 1.0) -> Any:
        return lambda: _Shop(answer.Cache, keys, callers, fails, seconds)

    def once(shop: _Shop) -> bool:
        return all(times == 1 for times in shop.loads) and None not in shop.got.values()

    wrong = Text(
        "Una clave se carga dos veces, o alguien no recibe su valor.",
        "A key is loaded twice, or somebody does not get its value.",
    )
    for bound, keys, workers in (
        (Text("2 hilos y una clave", "2 threads and a key"), 1, [(0,), (0,)]),
        (Text("2 hilos, uno que pide dos veces", "2 threads, one that asks twice"), 1, [(0, 0), (0,)]),
        (Text("3 hilos y una clave", "3 threads and a key"), 1, [(0,), (0,), (0,)]),
    ):
        judge.prove(
            bound,
            setup=shop(keys, len(workers)),
            workers=[caller(number, wanted) for number, wanted in enumerate(workers)],
            invariant=once,
            wrong=wrong,
        )
    judge.prove(
        Text("2 hilos y una carga que falla", "2 threads and a load that fails"),
        setup=shop(1, 2, fails=True),
        workers=[caller(number, (0,)) for number in range(2)],
        invariant=lambda shop: None not in shop.got.values(),
        wrong=Text("El fallo no llega a quien pidió la clave.", "The failure does not reach who asked for the key."),
    )
    judge.makespan(
        Text("3 claves que tardan 1 s", "3 keys that take 1 s"),
        1.0,
        setup=shop(3, 3),
        workers=[caller(number, (number,)) for number in range(3)],
        slow=Text(
            "Quien pide una clave espera a que se cargue otra.", "Who asks for one key waits for another to load."
        ),
    )
    judge.real(setup=shop(1, 2, seconds=0.01), workers=[caller(number, (0,)) for number in range(2)], invariant=once)
