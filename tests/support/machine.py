"""A machine small enough to be obviously right: threads that are lists of operations, run without any fibre.

It runs plans of the explorer's strategies, and enumerates all interleavings by brute force, so that a strategy can
be held against the truth.  An operation is a tuple:

    ("r", x) ("w", x)      read, write a variable; a write puts thread number * 100 + position
    ("inc", x)             what ("r", x), ("w", x) do, but the write adds one to what was read
    ("skip", x, n)         read x; if it is odd, skip the next n operations
    ("acq", l) ("rel", l)  a lock
    ("try", l, n)          acquire if free, else skip the next n operations
    ("p", s) ("v", s)      a semaphore that starts with `permits` permits
    ("set", e) ("clear", e) ("wait", e)   an event
    ("two", x, y)          read x and write y in one step
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from hilos.explore.causality.dependence import AVAILABLE_0, BLOCKS, SHIFT, Footprint, codes, conflict, read, write
from hilos.explore.search.strategy import Plan, Trace

Operation = tuple[object, ...]


@dataclass
class State:
    program: Sequence[Sequence[Operation]]
    permits: int
    at: list[int] = field(default_factory=list)
    values: dict[object, int] = field(default_factory=dict)
    local: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.at = self.at or [0] * len(self.program)
        self.local = self.local or [0] * len(self.program)

    def copy(self) -> "State":
        return State(self.program, self.permits, list(self.at), dict(self.values), list(self.local))

    def operation(self, thread: int) -> Operation | None:
        own = self.program[thread]
        return own[self.at[thread]] if self.at[thread] < len(own) else None

    def _available(self, name: object, kind: str) -> bool:
        if kind == "sem":
            return self.values.get(name, self.permits) > 0
        if kind == "lock":
            return not self.values.get(name)
        return bool(self.values.get(name))

    def footprint(self, thread: int, numbers: dict[object, int]) -> Footprint:
        operation = self.operation(thread)
        assert operation is not None
        kind, name = operation[0], operation[1]

        def number(what: object) -> int:
            return numbers.setdefault(what, len(numbers))

        if kind in ("r", "skip"):
            return read(number(name))
        if kind == "w":
            return write(number(name))
        if kind == "two":
            return read(number(name)), write(number(operation[2]))
        family = {"acq": "lock", "rel": "lock", "try": "lock", "p": "sem", "v": "sem"}.get(str(kind), "event")
        free = AVAILABLE_0 if self._available(name, family) else 0
        if kind in ("acq", "p"):
            return write(number(name)) | BLOCKS | free
        if kind == "wait":
            return read(number(name)) | BLOCKS | free
        return write(number(name)) | free

    def enabled(self, thread: int) -> bool:
        operation = self.operation(thread)
        if operation is None:
            return False
        kind, name = operation[0], operation[1]
        if kind == "acq":
            return self._available(name, "lock")
        if kind == "p":
            return self._available(name, "sem")
        return self._available(name, "event") if kind == "wait" else True

    def do(self, thread: int) -> None:
        operation = self.operation(thread)
        assert operation is not None
        kind, name = operation[0], operation[1]
        self.at[thread] += 1
        if kind == "r":
            self.local[thread] = self.values.get(name, 0)
        elif kind == "w":
            self.values[name] = self.local[thread] * 7 + thread * 100 + self.at[thread]
        elif kind == "two":
            self.values[operation[2]] = self.values.get(name, 0) * 3 + thread + 1
        elif kind == "skip":
            if self.values.get(name, 0) % 2:
                self.at[thread] += int(operation[2])  # type: ignore[call-overload]
        elif kind == "acq":
            self.values[name] = 1
        elif kind == "try":
            if self.values.get(name):
                self.at[thread] += int(operation[2])  # type: ignore[call-overload]
            else:
                self.values[name] = 1
        elif kind in ("rel", "clear"):
            self.values[name] = 0
        elif kind == "set":
            self.values[name] = 1
        elif kind in ("p", "v"):
            self.values[name] = self.values.get(name, self.permits) + (1 if kind == "v" else -1)

    def final(self) -> tuple[object, ...]:
        return tuple(sorted(self.values.items(), key=repr)), tuple(self.at), tuple(self.local)


def canonical(threads: Sequence[int], prints: Sequence[Footprint]) -> tuple[object, ...]:
    """A normal form of the Mazurkiewicz trace: for each event the events that it directly conflicts with."""
    count: dict[int, int] = {}
    names = []
    for thread in threads:
        names.append((thread, count.get(thread, 0)))
        count[thread] = count.get(thread, 0) + 1
    touching: dict[int, list[tuple[int, Footprint]]] = {}
    form = []
    for event, (thread, footprint) in enumerate(zip(threads, prints, strict=True)):
        before = set()
        for code in codes(footprint):
            for earlier, other in touching.setdefault(code >> SHIFT, []):
                if threads[earlier] != thread and conflict(other, footprint):
                    before.add(names[earlier])
            touching[code >> SHIFT].append((event, code))
        form.append((names[event], frozenset(before)))
    return tuple(sorted(form, key=lambda pair: pair[0]))


@dataclass
class Outcome:
    traces: set[tuple[object, ...]] = field(default_factory=set)
    finals: set[tuple[object, ...]] = field(default_factory=set)
    executions: int = 0
    redundant: int = 0


def brute_force(program: Sequence[Sequence[Operation]], permits: int = 1, limit: int = 200_000) -> Outcome | None:
    """All interleavings, one by one; None if there are more than `limit`."""
    outcome = Outcome()
    numbers: dict[object, int] = {}

    def go(state: State, threads: list[int], prints: list[Footprint]) -> bool:
        able = [thread for thread in range(len(program)) if state.enabled(thread)]
        if not able:
            outcome.executions += 1
            outcome.traces.add(canonical(threads, prints))
            outcome.finals.add(state.final())
            return outcome.executions < limit
        for thread in able:
            after = state.copy()
            footprint = state.footprint(thread, numbers)
            after.do(thread)
            if not go(after, [*threads, thread], [*prints, footprint]):
                return False
        return True

    return outcome if go(State(program, permits), [], []) else None


def run(
    plan: Plan, program: Sequence[Sequence[Operation]], permits: int, numbers: dict[object, int]
) -> tuple[Trace, State]:
    """One execution, as the runtime would do it."""
    state = State(program, permits)
    trace = Trace([], [], [-1] * len(program))
    asleep = dict(plan.sleep)
    current = -1
    while True:
        position = len(trace.threads)
        if position < len(plan.prefix):
            chosen = plan.prefix[position]
            assert state.enabled(chosen), "a plan asks for a thread that cannot go on"
        else:
            able = [thread for thread in range(len(program)) if state.enabled(thread)]
            awake = [thread for thread in able if thread not in asleep]
            if not awake:
                trace.redundant = bool(able)
                trace.complete = not able
                break
            if plan.choose is not None:
                prints = [state.footprint(thread, numbers) for thread in awake]
                chosen = awake[plan.choose(current if current in awake else -1, awake, prints)]
            else:
                chosen = current if current in awake else awake[0]
        footprint = state.footprint(chosen, numbers)
        state.do(chosen)
        trace.threads.append(chosen)
        trace.prints.append(footprint)
        if position >= len(plan.prefix):
            asleep = {t: f for t, f in asleep.items() if t != chosen and not conflict(f, footprint)}
        current = chosen
    if trace.complete:
        for thread in range(len(program)):
            if state.operation(thread) is not None:
                trace.blocked.append((thread, state.footprint(thread, numbers)))
    return trace, state


def search(strategy: object, program: Sequence[Sequence[Operation]], permits: int = 1, limit: int = 100_000) -> Outcome:
    """Everything a strategy runs."""
    outcome = Outcome()
    numbers: dict[object, int] = {}
    while outcome.executions < limit:
        plan = strategy.next()  # type: ignore[attr-defined]
        if plan is None:
            break
        trace, state = run(plan, program, permits, numbers)
        outcome.executions += 1
        outcome.redundant += trace.redundant
        if not trace.redundant:
            outcome.traces.add(canonical(trace.threads, trace.prints))
            outcome.finals.add(state.final())
        strategy.learn(trace)  # type: ignore[attr-defined]
    return outcome


def philosophers(n: int) -> list[list[Operation]]:
    """Each takes the left fork, then the right."""
    return [[("acq", i), ("acq", (i + 1) % n), ("rel", (i + 1) % n), ("rel", i)] for i in range(n)]


def programs(random: object, n: int) -> Iterator[tuple[list[list[Operation]], int]]:
    """`n` random programs with their number of permits."""
    r = random
    for _ in range(n):
        threads: list[list[Operation]] = []
        locks = r.random() < 0.5  # type: ignore[attr-defined]
        for _thread in range(r.choice((2, 2, 3, 3, 4))):  # type: ignore[attr-defined]
            own: list[Operation] = []
            for _op in range(r.randint(1, 4)):  # type: ignore[attr-defined]
                kinds = ["r", "w", "r", "w", "skip", "two"]
                if locks:
                    kinds += ["acq", "acq", "rel", "try", "p", "v", "set", "clear", "wait", "with", "with"]
                kind = r.choice(kinds)  # type: ignore[attr-defined]
                x, y = r.sample(("x", "y", "z"), 2)  # type: ignore[attr-defined]
                if kind == "two":
                    own.append(("two", x, y))
                elif kind in ("skip",):
                    own.append((kind, x, r.randint(1, 2)))  # type: ignore[attr-defined]
                elif kind in ("r", "w"):
                    own.append((kind, x))
                elif kind == "with":
                    lock = r.choice(("L", "M"))  # type: ignore[attr-defined]
                    own += [("acq", lock), (r.choice(("r", "w")), x), ("rel", lock)]  # type: ignore[attr-defined]
                elif kind == "try":
                    own += [("try", "L", 2), ("w", x), ("rel", "L")]
                elif kind in ("acq", "rel"):
                    own.append((kind, r.choice(("L", "M"))))  # type: ignore[attr-defined]
                elif kind in ("p", "v"):
                    own.append((kind, "S"))
                else:
                    own.append((kind, "E"))
            threads.append(own)
        yield threads, r.choice((0, 1, 2))  # type: ignore[attr-defined]
