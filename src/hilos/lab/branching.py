"""Every order of a tiny program as a tree: the learner chooses which thread goes on, and sees at once what comes of it.

    nodes       [{...}], the first before any step:
        step        what led there, as `hilos.lab.stepping` tells it
        next        {number of a thread: number of the node that it leads to}
        end         {ok, order, say: {es, en}} where no thread can go on: whether it is what was asked for, the order
                    as letters, and how it ended

An operation that only looks up what nobody changes (the lock in `with self.lock`) goes with the thread's next one: to
order it among the others makes no difference, and to count it would be one more thing to explain.
"""

from dataclasses import dataclass
from types import ModuleType
from typing import Any

from hilos.course.puzzle import Question
from hilos.errors import Nondeterminism
from hilos.events import Kind
from hilos.explore import Step, Trouble, Wait
from hilos.explore.program import Program
from hilos.explore.schedule import letters
from hilos.explore.session import Session
from hilos.lab.stepping import Json, State, Telling, changes
from hilos.locale import in_each

MOST_NODES = 4_000
"""Of one tree; a program with more orders than that is no puzzle for a person."""


@dataclass(frozen=True, slots=True)
class _Execution:
    turns: tuple[int, ...]
    steps: tuple[Step, ...]
    blocked: tuple[Wait, ...]
    ok: bool
    say: dict[str, str]


def tree(question: Question, module: ModuleType) -> Json:
    """All orders of the program that a question is about; `nodes` is empty if there are too many.

    Arguments:
        question: which.
        module: that its functions are in.
    """
    found = _executions(question, module)
    if found is None:
        return {"threads": [], "objects": [], "sources": [], "start": {}, "nodes": []}
    names: dict[str, int] = {}
    for execution in found:
        for turn, step in zip(execution.turns, execution.steps, strict=False):
            names.setdefault(step.thread, turn)
    order = sorted(names, key=lambda name: names[name])
    # The course writes a and b on paper: the threads are called so here too.
    telling = Telling([(name, letters(names[name])) for name in order], [s for each in found for s in each.steps])
    nodes = _nodes(found, telling)
    return {
        "threads": telling.threads,
        "objects": telling.objects,
        "sources": telling.sources.told(),
        "start": telling.start,
        "nodes": nodes if len(nodes) <= MOST_NODES else [],
    }


def _executions(question: Question, module: ModuleType) -> list[_Execution] | None:
    """One for each order of the operations; None if there are too many."""
    states: list[Any] = []

    def remembered() -> Any:
        states[:] = [question.setup()]
        return states[0]

    program = Program.of(remembered, question.workers, question.missed, name=question.name, instrument=[module])
    found: list[_Execution] = []
    with Session(program, 2_000) as session:
        pending: list[list[int]] = [[]]
        while pending:
            prefix = pending.pop()
            try:
                judged, told = session.record(prefix)
            except Nondeterminism:  # it is not that thread's turn: it waits, or has ended
                continue
            if len(found) > MOST_NODES:
                return None
            threads = judged.trace.threads
            for position in range(len(threads) - 1, len(prefix) - 1, -1):
                for other in range(len(question.workers)):
                    number = judged.outcome.strands[other].number
                    if number != threads[position]:
                        pending.append([*threads[:position], number])
            failure = judged.failures[0] if judged.failures else None
            ok = failure is not None and Trouble(failure.trouble) in question.troubles
            say = in_each(lambda: question.shown(states[0])) if not told.blocked else {}
            found.append(_Execution(told.schedule.threads, told.steps, told.blocked, ok, say))
    return found


def _nodes(found: list[_Execution], telling: Telling) -> list[Json]:
    nodes: list[Json] = [{"next": {}}]
    states = [State(dict(telling.start))]
    written = {step.target for each in found for step in each.steps if step.kind is Kind.WRITE}
    for execution in found:
        picks = _picks(execution.steps, written)
        if picks is None:
            continue
        at, done = 0, 0
        for step in picks:
            thread = str(telling.positions[step.thread])
            known = nodes[at]["next"].get(thread)
            if known is None:
                state = telling.after(states[at], execution.steps[done : step.number], step)
                state.ended = telling.ended(execution.steps, step.number, execution.blocked)
                known = nodes[at]["next"][thread] = len(nodes)
                nodes.append({"step": {**telling.entry(step), **changes(states[at], state)}, "next": {}})
                states.append(state)
            at, done = known, step.number + 1
        if "end" not in nodes[at]:
            order = "".join(letters(turn) for turn in execution.turns)
            nodes[at]["end"] = {"ok": execution.ok, "order": order, "say": execution.say}
            if execution.blocked:
                nodes[at]["end"]["waits"] = [list(telling.wait(wait)) for wait in execution.blocked]
    return nodes


def _picks(steps: tuple[Step, ...], written: set[str]) -> list[Step] | None:
    """The steps at which the learner chooses; None if a looking up stands apart from what it belongs to."""
    picks: list[Step] = []
    pending: str | None = None
    for step in steps:
        if pending is not None and step.thread != pending:
            return None
        pending = None
        if step.kind is Kind.READ and step.target not in written:
            pending = step.thread
        elif step.kind is not Kind.END:
            picks.append(step)
    return picks
