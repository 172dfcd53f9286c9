"""One execution of a program under test: whose turn it is, and what was done.

Every thread of the program is a fibre.  Before each operation on something shared a fibre *announces* it here; here
it is decided who goes on, and the call returns when it is the announcer's turn, so that the operation follows at once.
Each thread's next operation is thus known at every decision.

What makes it fast.  The running fibre decides inline: there is no scheduler to switch to, and going on costs no
switch.  Decisions are rare: as long as the plan, or the rule "the running thread goes on while it can", keeps the same
thread on turn, a *quota* of operations is counted down and an operation costs one comparison and one append.  Threads
are noted by turns, not by operations.  Nothing about source lines, names or values is kept: an execution worth telling
is run again with a recorder.

Numbers.  A search compares operations of different executions, so threads and locations have numbers that do not
depend on how independent operations were ordered: a thread is known by its parent and how many-eth child it is, an
object by the thread that made or first touched it and how many-eth of that thread's it is.  `_known` keeps the numbers
given so far and outlives executions.
"""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

from hilos.errors import HilosError, Nondeterminism, Unexplorable, UsageError
from hilos.events import Kind
from hilos.explore.causality.dependence import IDLE, SHIFT, WRITE, Footprint, codes, conflict
from hilos.explore.runtime import verbs
from hilos.explore.runtime.fibre import Fibre, fibre, here
from hilos.explore.runtime.passport import Passport
from hilos.explore.runtime.verbs import TROUBLE, Abort
from hilos.locale import translator

_ = translator("explore")

ENDLESS = 1 << 60
PLAIN = frozenset(
    (
        int,
        float,
        complex,
        bool,
        str,
        bytes,
        type(None),
        range,
        slice,
        type,
        FunctionType,
        BuiltinFunctionType,
        ModuleType,
    )
)
"""Types whose values are no shared memory: immutable, or known by where they are defined."""

_MOST_ABORTS = 200


class Thread:
    """A thread of the program under test."""

    # Most are what they are here for most threads, most of the time: making a thread has to be quick.
    aborts = 0
    children = 0
    clock = 0
    done = False
    fibre: Fibre = None
    footprint: Footprint = 0
    fresh = True
    home: Fibre = None
    kind: Any = None
    local: dict[int, dict[str, Any]] | None = None
    looked_at_clock = False
    made = 0
    patience: tuple[tuple[int, ...], Callable[[], bool]] | None = None
    ready: Callable[[], Any] | None = None
    rounds: dict[Any, tuple[Any, int, dict[str, Any]]] | None = None
    spinning = False
    time = 0.0

    def __init__(self, number: int, order: int, name: str, location: int, owner: Any) -> None:
        self.number = number
        self.order = order
        self.name = name
        self.location = location
        self.owner = owner


@dataclass(slots=True)
class Failure:
    """Something that a thread did wrong.

    Attributes:
        trouble: what kind, a value of `report.Trouble`.
        message: in words.
        thread: who, None for the program as a whole.
        position: how many operations had been done.
        error: the exception, if it was one.
        race: for a data race, the numbers of the two operations.
    """

    trouble: str
    message: str
    thread: Thread | None
    position: int
    error: BaseException | None = None
    race: tuple[int, int] | None = None


@dataclass(slots=True)
class Outcome:
    """What came of one execution.

    Attributes:
        threads: for each operation its thread's number.
        prints: for each operation its footprint.
        born: for each thread number the operation that started it, -1 if none.
        blocked: threads that still wait.
        failures: what went wrong.
        state: what `setup` returned.
        bounded: whether the bound on operations ended it.
        redundant: whether all that could go on was asleep.
        strands: the threads by order of their start.
    """

    threads: list[int]
    prints: list[Footprint]
    born: list[int]
    blocked: list[Thread]
    failures: list[Failure]
    state: Any = None
    bounded: bool = False
    redundant: bool = False
    strands: list[Thread] = field(default_factory=list)

    @property
    def time(self) -> float:
        """Virtual seconds to the end."""
        return max((thread.time for thread in self.strands), default=0.0)


class Execution:
    """Runs plans, one after the other.  Implements `Verbs`.

    Args:
        limit: operations after which an execution is stopped.
    """

    def __init__(self, limit: int = 10_000) -> None:
        self.renew(limit)

    def renew(self, limit: int = 10_000) -> None:
        """Forget all that was learned of a program."""
        self.limit = limit
        self.patience = max(limit // 20, 1)
        self.current: Any = None
        self.quota = ENDLESS
        self.prints: list[Footprint] = []
        self.places: dict[int, tuple[Any, str, str]] = {}
        self.recording = False
        self.stepwise = False
        self.recorder: Callable[[Thread, Footprint, Any], None] | None = None
        self.about_to_call: Callable[..., Any] | None = None
        self.before_abort: Callable[[], None] | None = None
        self.noted: Callable[[object], None] | None = None
        self.coarse = False
        self.unstable = False
        self.ending = False
        self.judging = False
        self.indivisible = 0
        self.learned: set[str] = set()
        self.strands: list[Thread] = []
        self.failures: list[Failure] = []
        self.locations: dict[tuple[int, object], int] = {}
        self.keys: dict[int, int] = {}
        self.rounds: dict[Any, int] = {}
        self.spins: dict[tuple[str, int], str] = {}
        self.sites: Callable[[], int] | None = None
        self.inside: list[int] = []
        self._kept: list[Any] = []
        self._known: dict[tuple[Any, ...], int] = {}
        self._passport = Passport()
        self._thread_numbers: dict[tuple[int, int], int] = {}
        self._threads: list[Thread | None] = []
        self._named: dict[str, int] = {}
        self._turns: list[tuple[int, int]] = []
        self._plan: Sequence[int] = ()
        self._planned = 0
        self._runs: list[int] = []
        self._sleep: dict[int, Footprint] = {}
        self._choose_from: Any = None
        self._matters: Any = _always
        self._born: list[int] = []
        self._made = 0
        self._children = 0
        self._controller: Fibre = None
        self._stopped = False
        self._bounded = False
        self._redundant = False
        self._error: BaseException | None = None
        self._last = -1

    # What primitives and hooks call.

    def step(self, footprint: Footprint, kind: Any, /) -> None:
        quota = self.quota
        if quota:
            self.quota = quota - 1
            self.prints.append(footprint)
        else:
            self.turn(footprint, kind, None)

    def wait(self, footprint: Footprint, kind: Any, ready: Callable[[], Any], /) -> None:
        quota = self.quota
        if quota and ready():
            self.quota = quota - 1
            self.prints.append(footprint)
        else:
            self.turn(footprint, kind, ready)

    def amend(self, bits: int) -> None:
        last = self.prints[-1]
        self.prints[-1] = last | bits if isinstance(last, int) else (*last[:-1], last[-1] | bits)

    def add(self, footprint: int) -> None:
        last = self.prints[-1]
        self.prints[-1] = (*last, footprint) if type(last) is tuple else (last, footprint)  # type: ignore[assignment]

    def adopt(self, value: Any) -> None:
        """A value is about to become visible to others: number it now, by who made it."""
        if type(value) not in PLAIN and id(value) not in self.keys:
            self.name_object(value)

    def atomically(self, run: Callable[[], Any]) -> Any:
        """Run code of the program as part of the operation that was just announced."""
        prints, mark, saved = self.prints, len(self.prints), self.quota
        self.quota, self.indivisible = ENDLESS, self.indivisible + 1
        try:
            return run()
        finally:
            self.indivisible -= 1
            self.quota = saved
            if self.indivisible == 0 and mark:
                merged: dict[int, int] = {}
                for footprint in prints[mark - 1 :]:
                    for code in codes(footprint):
                        merged[code >> SHIFT] = merged.get(code >> SHIFT, 0) | code & WRITE
                del prints[mark:]
                if len(merged) > 1:
                    prints[mark - 1] = tuple(place << SHIFT | bit for place, bit in merged.items())

    def own_since(self, thread: Thread, start: int) -> list[Footprint]:
        """What a thread has done from operation number `start` on."""
        found: list[Footprint] = []
        end = len(self.prints)
        for position, number in reversed(self._turns):
            if number == thread.number:
                found[:0] = self.prints[max(position, start) : end]
            end = position
            if position <= start:
                break
        return found

    def changed_since(self, thread: Thread, start: int, locations: frozenset[int]) -> Callable[[], bool]:
        """Whether another thread has written one of some locations from operation number `start` on."""
        position = start
        changed = False

        def ready() -> bool:
            nonlocal position, changed
            if not changed and position < len(self.prints):
                threads = self._by_operation()
                while position < len(self.prints) and not changed:
                    if threads[position] != thread.number:
                        for code in codes(self.prints[position]):
                            if code & WRITE and not code & IDLE and code >> SHIFT in locations:
                                changed = True
                    position += 1
            return changed

        return ready

    def learn(self, what: str) -> None:
        """Something about the program that operations' footprints depend on; if it is new, the search starts again."""
        if what not in self.learned:
            self.learned.add(what)
            self.unstable = True

    def note(self, value: object) -> None:
        if self.noted is not None:
            self.noted(value)

    def number(self, double: Any, type_name: str, name: str = "") -> int:
        me = self.current
        if me is None:
            self._made += 1
            key = (-1, self._made)
        else:
            me.made += 1
            key = (me.number, me.made)
        location = self.numbered(key)
        self.places[location] = (double, name, type_name)
        return location

    def key(self, thing: Any) -> int:
        """The number of an object that is not a double; from now on it is kept alive until the execution ends."""
        identity = id(thing)
        found = self.keys.get(identity)
        if found is None:
            found = self.name_object(thing)
        return found

    def name_object(self, thing: Any, origin: tuple[Any, ...] | None = None) -> int:
        """Number an object by where it was found, or by who touches it first."""
        if self.coarse:
            origin = ("type", type(thing).__name__)
        elif origin is None:
            me = self.current
            if me is None:
                self._made += 1
                origin = (-1, self._made)
            else:
                me.made += 1
                origin = (me.number, me.made)
        found = self.keys[id(thing)] = self.numbered(origin)
        self._kept.append(thing)
        return found

    def location(self, thing: Any, part: object, sort: str) -> int:
        """The number of a part (an attribute's name, an item's key) of an object."""
        number = self.numbered((self.key(thing), part, "in"))
        self.places[number] = (thing, part, sort)  # type: ignore[assignment]
        return number

    def numbered(self, key: tuple[Any, ...]) -> int:
        """The number of an object or a location by what identifies it in all executions."""
        number = self._known.get(key)
        if number is None:
            number = self._known[key] = self._passport.location(key)
        return number

    @property
    def passport(self) -> "Passport":
        """Numbers that other processes know, too."""
        return self._passport

    def named(self, key: tuple[Any, ...], place: tuple[Any, Any, str]) -> int:
        """The number of a location that goes by a name of its own, as a global does."""
        number = self.numbered(key)
        self.places[number] = place
        return number

    def spawn(self, run: Callable[[], Any], name: str, owner: Any = None, location: int = -1) -> Thread:
        me = self.current
        if me is None:
            self._children += 1
            key = (-1, self._children)
        else:
            me.children += 1
            key = (me.number, me.children)
        number = self._thread_numbers.get(key, -1)
        if number < 0:
            number = self._thread_numbers[key] = self._passport.thread(key)
        threads, born = self._threads, self._born
        while len(threads) <= number:
            threads.append(None)
            born.append(-1)
        joinable = location >= 0
        # Reports tell threads apart by their names.
        namesakes = self._named.get(name, 0)
        self._named[name] = namesakes + 1
        told = f"{name}-{namesakes + 1}" if namesakes else name
        thread = Thread(number, len(self.strands), told, location, owner)
        threads[number] = thread
        self.strands.append(thread)
        if me is not None:
            born[number] = len(self.prints) - 1
            thread.time = me.time

        def body() -> Any:
            try:
                run()
                if joinable:
                    self.step(location << SHIFT | WRITE, Kind.END)
            except Abort:
                pass
            except SystemExit:
                if joinable:
                    self._end(location)
            except Exception as error:  # noqa: BLE001  it is the program's, and goes into the report
                self.crashed(thread, error)
                if joinable:
                    self._end(location)
            except BaseException as error:  # noqa: BLE001  Ctrl+C, a test runner's time limit: the caller's
                self._error = error
                self._stopped = True
            thread.done = True
            thread.rounds = None
            return thread.home

        thread.home = here()
        thread.fibre = fibre(body)
        saved, self.quota, self.current = self.quota, 0, thread
        thread.fibre.switch()
        self.quota, self.current = saved, me
        if thread.done:
            thread.fresh = False
        elif me is not None:
            thread.home = self._controller
        return thread

    def _end(self, location: int) -> None:
        with contextlib.suppress(Abort):
            self.step(location << SHIFT | WRITE, Kind.END)

    def go_round(self) -> None:
        """The threads are where they were before and nothing has changed: they could go on like this for ever."""
        self.failures.append(Failure("no_progress", "", None, len(self.prints)))
        self._bounded = self._stopped = True
        raise Abort

    def crashed(self, thread: Thread, error: BaseException) -> None:
        """An exception left a thread."""
        if self.ending or self._stopped:
            return  # it came of being aborted: a lock released that a condition had given up
        trouble = "assertion" if isinstance(error, AssertionError) else "exception"
        trouble = getattr(error, TROUBLE, trouble)
        self.failures.append(Failure(trouble, str(error), thread, len(self.prints), error))

    def called(self, function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        if self.about_to_call is not None:
            function = self.about_to_call(function, *arguments, **named)
        return function(*arguments, **named)

    def refuse(self, error: HilosError) -> None:
        """End the whole exploration: the program does what cannot be explored."""
        self._error = error
        self._stopped = True
        if self.current is None:
            raise error
        raise Abort

    def turn(self, footprint: Footprint, kind: Any, ready: Callable[[], Any] | None) -> None:
        """The way of an operation that is not covered by the quota."""
        me = self.current
        if self.indivisible:
            raise Unexplorable(_("Una operación declarada indivisible (atomic) no puede esperar a otro hilo"))
        if me is None:
            raise UsageError(
                _("La preparación o la invariante espera algo que nadie más puede dar: no hay otros hilos")
            )
        if self.ending or self._stopped:
            me.aborts += 1
            if me.aborts > _MOST_ABORTS:
                self._controller.switch()
            raise Abort
        me.footprint = footprint
        me.kind = kind
        me.ready = ready
        if me.fresh:
            me.fresh = False
            me.home.switch()
        else:
            chosen = self._choose(me)
            if chosen is not me:
                if chosen is None:
                    self._stopped = True
                    self.quota = 0
                    self._controller.switch()
                else:
                    self.current = chosen
                    chosen.fibre.switch()
        me.ready = None
        self.prints.append(footprint)
        if self.sites is not None:
            self.inside.append(self.sites())
        if self.recorder is not None:
            self.recorder(me, footprint, kind)

    # The decisions.

    def _choose(self, me: Thread | None) -> Thread | None:
        position = len(self.prints)
        threads = self._threads
        chosen: Thread | None
        if position < self._planned:
            number = self._plan[position]
            chosen = threads[number] if number < len(threads) else None
            if chosen is None or chosen.done or (chosen.ready is not None and not chosen.ready()):
                self._error = self._diverged(number, position, chosen)
                return None
            self.quota = 0 if self.stepwise else self._runs[position] - 1
        else:
            if position >= self.limit:
                self._bounded = True
                return None
            sleep = self._sleep
            if sleep:
                if position > self._planned:
                    self._wake()
                    sleep = self._sleep
                else:
                    self._check_sleepers()
            choose = self._choose_from if position < self.limit // 2 else None  # samples must be fair, too
            if choose is not None:
                if me is not None and not self._matters(me.number, me.footprint) and (me.ready is None or me.ready()):
                    able = [me]
                else:
                    able = [t for t in self.strands if not t.done and (t.ready is None or t.ready())]
                if not able:
                    return None
                if len(able) == 1:
                    chosen = able[0]
                else:
                    numbers = [thread.number for thread in able]
                    current = me.number if me in able else -1
                    chosen = able[choose(current, numbers, [thread.footprint for thread in able])]
                self.quota = 0
            else:
                if me is not None and me.number not in sleep and (me.ready is None or me.ready()):
                    chosen = me
                    if position - self._turns[-1][0] >= self.patience:
                        chosen = self._relief(me)
                else:
                    chosen = None
                    for thread in threads:
                        if thread is None or thread.done or (thread.ready is not None and not thread.ready()):
                            continue
                        if thread.number in sleep:
                            self._redundant = True
                            continue
                        chosen = thread
                        self._redundant = False
                        break
                    if chosen is None:
                        return None
                self.quota = 0 if sleep or self.stepwise else min(self.limit - position, self.patience) - 1
        number = chosen.number
        if number != self._last:
            self._turns.append((position, number))
            self._last = number
        return chosen

    def _relief(self, me: Thread) -> Thread:
        """Who goes on after a thread that has been running for long: else a loop would be taken for an endless one."""
        strands = self.strands
        for step in range(1, len(strands)):
            other = strands[(me.order + step) % len(strands)]
            if not other.done and other.number not in self._sleep and (other.ready is None or other.ready()):
                return other
        return me

    def _wake(self) -> None:
        """Take out of the sleep set what conflicts with the operation just done."""
        last, footprint = self._last, self.prints[-1]
        self._sleep = {
            number: other for number, other in self._sleep.items() if number != last and not conflict(other, footprint)
        }

    def _check_sleepers(self) -> None:
        """The sleepers' operations must go by the same numbers as when they were put to sleep."""
        for number, footprint in self._sleep.items():
            thread = self._threads[number] if number < len(self._threads) else None
            if thread is None or thread.done or not _bare(thread.footprint) <= _bare(footprint):
                self.unstable = True

    def _diverged(self, number: int, position: int, thread: Thread | None) -> HilosError:
        if thread is None:
            what = _("ese hilo no existe todavía")
        elif thread.done:
            what = _("ese hilo ya ha terminado")
        else:
            what = _("ese hilo está esperando")
        return Nondeterminism(
            _(
                "La ejecución se aparta de la planificación en la operación {position}: le toca a «{thread}» y {what}."
                " O el programa ha cambiado, o depende de algo que no se controla (azar, reloj, orden de un conjunto)"
            ).format(position=position, thread=thread.name if thread else number, what=what)
        )

    # One execution.

    def run(
        self,
        plan: Sequence[int],
        sleep: dict[int, Footprint],
        choose: Any,
        matters: Any,
        setup: Callable[[], Any],
        workers: Sequence[tuple[Callable[[Any], Any], str]],
        prepared: Callable[[Any], None] | None = None,
    ) -> Outcome:
        """Run the program once.

        Args:
            plan: numbers of the threads whose turn it is, to begin with.
            sleep: threads that sleep after it, with their next operation's footprint.
            choose: who decides after it; None for the rule.
            matters: whether it wants to be asked before an operation of the running thread; None for always.
            setup: makes the state.
            workers: each with its thread's name.
            prepared: called with the state before the threads start.

        Raises:
            HilosError: the program cannot be explored.
        """
        self._reset(plan, sleep, choose, matters)
        self._controller = here()
        verbs.enter(self)
        try:
            state = setup()
            if prepared is not None:
                prepared(state)
            self.prints.clear()
            for worker, name in workers:
                self.spawn(_call(worker, state), name)
            try:
                while not self._stopped:
                    chosen = self._choose(None)
                    if chosen is None:
                        break
                    self.current = chosen
                    chosen.fibre.switch()
            finally:
                self.current = None
                outcome = self._outcome(state)
                if self.before_abort is not None:
                    self.before_abort()
                self._abort()
            if self._error is not None:
                raise self._error
            return outcome
        finally:
            self.current = None
            self.quota = ENDLESS
            verbs.leave()

    def _reset(self, plan: Sequence[int], sleep: dict[int, Footprint], choose: Any, matters: Any) -> None:
        self.current = None
        self.quota = ENDLESS
        self.ending = False
        self.prints.clear()
        self.places.clear()
        self.locations.clear()
        self.keys.clear()
        self._kept.clear()
        self.rounds.clear()
        self.inside = []
        self.strands = []
        self.failures = []
        self._named = {}
        self._threads = []
        self._born = []
        self._turns = []
        self._last = -1
        self._made = 0
        self._children = 0
        self._stopped = False
        self._bounded = False
        self._redundant = False
        self._error = None
        self._sleep = sleep
        self._choose_from = choose
        self._matters = matters if matters is not None else _always
        self._plan = plan
        planned = self._planned = len(plan)
        runs = [1] * planned
        for position in range(planned - 2, -1, -1):
            if plan[position] == plan[position + 1]:
                runs[position] = runs[position + 1] + 1
        self._runs = runs

    def _by_operation(self) -> list[int]:
        """For each operation so far its thread's number."""
        threads: list[int] = []
        turns = self._turns
        if not turns:
            return threads
        for (start, number), (end, _number) in zip(turns, [*turns[1:], (len(self.prints), -1)], strict=True):
            threads += [number] * (end - start)
        return threads

    def _outcome(self, state: Any) -> Outcome:
        blocked = [thread for thread in self.strands if not thread.done]
        return Outcome(
            threads=self._by_operation(),
            prints=list(self.prints),
            born=list(self._born),
            blocked=blocked,
            failures=self.failures,
            state=state,
            bounded=self._bounded,
            redundant=self._redundant and not self._bounded,
            strands=self.strands,
        )

    def _abort(self) -> None:
        """End the fibres that are left, from the inside, so that their `finally` clauses run."""
        self.ending = True
        self.quota = 0
        for thread in self.strands:
            if not thread.done:
                self.current = thread
                thread.home = self._controller
                thread.fibre.throw(Abort)
        self.current = None


def _always(_thread: int, _footprint: Footprint) -> bool:
    return True


def _call(worker: Callable[[Any], Any], state: Any) -> Callable[[], Any]:
    return lambda: worker(state)


def _bare(footprint: Footprint) -> set[int]:
    """The locations of a footprint; those of an operation that was done may be more than were announced."""
    return {code >> SHIFT for code in codes(footprint)}
