"""The search alone, on traces of models: no fibre, no instrumentation, no Python source."""

import pytest

from hilos.explore.causality.dependence import AVAILABLE_0, AVAILABLE_1, BLOCKS, CHANNEL, SHIFT, VARIES, WRITE, conflict
from hilos.explore.search.dpor import Dpor
from hilos.explore.search.strategy import Plan, Trace
from support.oracle.generator import generate
from support.oracle.interleavings import classes
from support.oracle.model import Configuration, Footprint, Model, is_enabled, observable, start, step

BLOCKING = {"acquire": BLOCKS, "await": BLOCKS, "get": BLOCKS, "put": BLOCKS | CHANNEL}


def encode(model: Model, configuration: Configuration, thread: int, footprint: Footprint) -> int | tuple[int, ...]:
    """The footprint of a model's operation as the search reads it."""
    name, target = model.code[thread][configuration[0][thread]][:2]
    if model.objects[target][0] == "dict":
        return _on_dict(model, footprint)
    index = model.names.index(target)
    value, kind = configuration[2][index], model.objects[target][0]
    code = index << SHIFT | (WRITE if footprint[0][1] else 0)
    if name in BLOCKING and not (kind == "rlock" and value[0] == thread):
        code |= BLOCKING[name]
    free = {
        "lock": value is None,
        "rlock": kind == "rlock" and value[0] is None,
        "semaphore": kind == "semaphore" and value > 0,
        "event": kind == "event" and value,
        "queue": kind == "queue" and bool(value[1]),
    }
    if free.get(kind):
        code |= AVAILABLE_0
    if kind == "queue" and (not value[0] or len(value[1]) < value[0]):
        code |= AVAILABLE_1
    return code


def _on_dict(model: Model, footprint: Footprint) -> int | tuple[int, ...]:
    """Items are locations after all objects; setting one adds its key in one state and not in another."""
    codes = []
    for place, changes in footprint:
        name, _, key = place.rstrip("]").partition("[")
        location = len(model.names) + int(key) if key else model.names.index(name)
        varies = not key and not changes and len(footprint) > 1
        codes.append(location << SHIFT | (WRITE if changes else 0) | (VARIES if varies else 0))
    return codes[0] if len(codes) == 1 else tuple(codes)


def run(model: Model, plan: Plan) -> tuple[Trace, Configuration]:
    """One execution of the model as the plan wants it: the place that the runtime has in the explorer."""
    configuration, everybody = start(model), range(len(model.code))
    done: list[int] = []
    prints: list[int | tuple[int, ...]] = []
    asleep: dict[int, object] = {}
    current = -1
    while True:
        if len(done) == len(plan.prefix):
            asleep = dict(plan.sleep)
        able = [thread for thread in everybody if is_enabled(model, configuration, thread)]
        awake = [thread for thread in able if thread not in asleep]
        if not awake:
            blocked = [
                (thread, encode(model, configuration, thread, step_print(model, configuration, thread)))
                for thread in everybody
                if thread not in able and configuration[0][thread] < len(model.code[thread])
            ]
            return Trace(done, prints, [-1] * len(model.code), blocked, not able, bool(able)), configuration
        if len(done) < len(plan.prefix):
            current = plan.prefix[len(done)]
            assert current in able, "the plan runs a thread that cannot go on"
        elif current not in awake:
            current = awake[0]
        after, footprint = step(model, configuration, current)
        code = encode(model, configuration, current, footprint)
        configuration = after
        done.append(current)
        prints.append(code)
        if len(done) > len(plan.prefix):
            asleep = {other: code_ for other, code_ in asleep.items() if not conflict(code_, code)}


def step_print(model: Model, configuration: Configuration, thread: int) -> Footprint:
    """What a blocked operation will touch."""
    name, target = model.code[thread][configuration[0][thread]][:2]
    return ((target, name != "await"),)


def search(model: Model) -> tuple[int, int, Dpor]:
    """Executions run, those that got stuck, and the search itself."""
    dpor, executions, stuck = Dpor(), 0, 0
    while (plan := dpor.next()) is not None:
        trace, _ = run(model, plan)
        executions += 1
        stuck += bool(trace.blocked)
        assert not trace.redundant, "walked into the sleep set"
        dpor.learn(trace)
    return executions, stuck, dpor


@pytest.mark.parametrize("flavour", ["memory", "locks", "attempts", "semaphores", "events", "queues", "reentrant"])
@pytest.mark.parametrize("seed", range(15))
def test_runs_each_trace_of_a_model_once(flavour: str, seed: int) -> None:
    """As many executions as there are traces, the stuck ones included, and none into the sleep set."""
    model, outcomes = generate(seed, flavour, 1_500)
    executions, stuck, _ = search(model)
    assert (executions, stuck) == (outcomes.traces, outcomes.stuck)


@pytest.mark.parametrize("seed", range(30))
def test_runs_each_trace_of_a_model_with_dicts(seed: int) -> None:
    """Where an operation writes in one state what it reads in another a trace may be run twice, but none is missed."""
    model, outcomes = generate(seed, "containers", 1_500)
    executions, stuck, finals = 0, 0, set()
    dpor = Dpor()
    while (plan := dpor.next()) is not None:
        trace, configuration = run(model, plan)
        executions, stuck = executions + 1, stuck + bool(trace.blocked)
        finals.add(observable(model, configuration))
        dpor.learn(trace)
    assert finals == outcomes.finals
    assert executions >= outcomes.traces


def test_three_times_three_locked_increments() -> None:
    """The multinomial 9! / 3!3!3! of the design page."""
    body = (("with", "m", (("inc", "x"),)),) * 3
    executions, stuck, dpor = search(Model({"x": ("attr", 0), "m": ("lock", 0)}, (body,) * 3))
    assert (executions, stuck, dpor.blocked) == (1680, 0, 0)


@pytest.mark.parametrize(("seats", "traces"), [(3, 7), (4, 15), (5, 31), (6, 63)])
def test_dining_philosophers(seats: int, traces: int) -> None:
    """Each fork goes to either neighbour first: 2^n - 1 traces, one of them the deadlock."""
    threads = tuple((("with", f"f{i}", (("with", f"f{(i + 1) % seats}", ()),)),) for i in range(seats))
    model = Model({f"f{i}": ("lock", 0) for i in range(seats)}, threads)
    executions, stuck, _ = search(model)
    assert (executions, stuck) == (traces, 1)
    assert classes(model).traces == traces
