"""What a program may ask of `threading`, `queue` and `concurrent.futures`: each scenario tells what came of it."""

import concurrent.futures
import queue
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, as_completed, wait
from typing import Any

SHORT = 0.01
Told = list[Any]


def tell(act: Callable[[], Any]) -> Any:
    """What a call comes to: its value, or its exception in words."""
    try:
        return act()
    except BaseException as error:
        if type(error).__name__ in ("Abort", "Unexplorable"):
            raise
        name = type(error).__name__
        if isinstance(error, TypeError | ValueError | OverflowError):  # worded otherwise from version to version
            return name
        return f"{name}: {error}".replace("_thread._", "").replace("_queue.", "")


def lock() -> Told:
    lock = threading.Lock()
    return [
        tell(lock.release),
        lock.acquire(),
        lock.locked(),
        lock.acquire(False),
        lock.acquire(blocking=False),
        lock.acquire(timeout=0),
        lock.acquire(True, SHORT),
        tell(lambda: lock.acquire(False, 1)),
        tell(lambda: lock.acquire(timeout=-2)),
        tell(lambda: lock.acquire(timeout=None)),
        tell(lambda: lock.acquire(timeout="1")),
        tell(lambda: lock.acquire(timeout=threading.TIMEOUT_MAX * 2)),
        lock.release(),
        lock.acquire(timeout=-1),
        lock.release(),
        tell(lock.release),
        lock.__enter__(),
        lock.__exit__(None, None, None),
        lock.locked(),
    ]


def rlock() -> Told:
    lock = threading.RLock()
    seen: Told = []

    def other() -> None:
        seen.extend([lock.acquire(False), lock.acquire(timeout=SHORT), tell(lock.release)])

    told = [tell(lock.release), lock.acquire(), lock.acquire(), lock.acquire(blocking=False), lock.acquire(timeout=0)]
    told += [tell(lambda: lock.acquire(timeout=-2)), tell(lambda: lock.acquire(False, 1))]
    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    for _time in range(4):
        lock.release()
    return [*told, *seen, tell(lock.release), lock.__enter__(), lock.__exit__(None, None, None)]


def semaphore() -> Told:
    none = threading.Semaphore(0)
    two = threading.Semaphore(value=2)
    return [
        tell(lambda: threading.Semaphore(-1)),
        none.acquire(False),
        none.acquire(blocking=False),
        none.acquire(timeout=0),
        none.acquire(timeout=SHORT),
        none.acquire(timeout=-1),
        tell(lambda: none.acquire(False, 1)),
        none.release(),
        none.acquire(),
        two.acquire(),
        two.acquire(timeout=None),
        two.acquire(False),
        two.release(2),
        two.release(n=3),
        two._value,
        tell(lambda: two.release(0)),
        two.__enter__(),
        two.__exit__(None, None, None),
    ]


def bounded_semaphore() -> Told:
    one = threading.BoundedSemaphore()
    return [tell(one.release), one.acquire(), one.release(), tell(lambda: one.release(2)), one._value, one.acquire()]


def condition() -> Told:
    over_lock = threading.Lock()
    given = threading.Condition(over_lock)
    made = threading.Condition()
    told = [tell(made.wait), tell(made.notify), tell(made.notify_all), tell(lambda: made.wait_for(lambda: False))]
    told += [made.wait_for(lambda: 7), tell(made.release)]
    with made:
        told += [made.wait(0), made.wait(SHORT), made.wait(-1), made.wait(timeout=SHORT)]
        told += [
            made.wait_for(lambda: False, SHORT),
            made.wait_for(lambda: 0, timeout=0),
            made.wait_for(lambda: "x", 0),
        ]
        told += [made.wait_for(list, timeout=-1), made.notify(), made.notify(3), made.notify_all(), made.acquire()]
        made.release()
    with given:
        told += [over_lock.locked(), given.acquire(False)]
    return [*told, over_lock.locked(), given.acquire(), given.release()]


def notified() -> Told:
    condition = threading.Condition()
    ready: list[int] = []
    told: Told = []

    def waits() -> None:
        with condition:
            told.append(condition.wait_for(lambda: len(ready), timeout=30))

    threads = [threading.Thread(target=waits) for _number in range(2)]
    for thread in threads:
        thread.start()
    with condition:
        ready.append(1)
        condition.notify_all()
    for thread in threads:
        thread.join()
    return told


def event() -> Told:
    event = threading.Event()
    told = [event.is_set(), event.wait(0), event.wait(SHORT), event.wait(-1), event.set(), event.is_set(), event.wait()]
    return [*told, event.wait(timeout=0), event.clear(), event.is_set(), event.wait(timeout=SHORT)]


def barrier() -> Told:
    one = threading.Barrier(1)
    two = threading.Barrier(2, timeout=SHORT)
    told = [
        sys.version_info < (3, 13) or tell(lambda: threading.Barrier(0)),
        one.wait(),
        one.wait(),
        one.parties,
        one.n_waiting,
        one.broken,
    ]
    told += [tell(two.wait), two.broken, tell(two.wait), two.reset(), two.broken, two.n_waiting]
    told += [tell(lambda: two.wait(0)), two.broken, two.reset(), tell(lambda: two.wait(timeout=-1)), two.reset()]
    told += [two.abort(), two.broken, tell(lambda: two.wait(1)), two.reset(), two.broken]
    acting = threading.Barrier(1, action=lambda: told.append("acted"))
    failing = threading.Barrier(1, lambda: 1 // 0)
    told += [acting.wait(), tell(failing.wait), failing.broken, tell(failing.wait)]
    return told


def barrier_of_two() -> Told:
    barrier = threading.Barrier(2)
    seen: list[Any] = []
    threads = [threading.Thread(target=lambda: seen.append(barrier.wait())) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [sorted(seen), barrier.n_waiting, barrier.broken]


def barrier_aborted() -> Told:
    barrier = threading.Barrier(2)
    seen: list[Any] = []
    thread = threading.Thread(target=lambda: seen.append(tell(barrier.wait)))
    thread.start()
    barrier.abort()
    thread.join()
    return [seen, barrier.broken]


def thread() -> Told:
    told: Told = []
    done: Told = []
    named = threading.Thread(target=done.append, args=(1,), name="mine", daemon=True)
    told += [named.name, named.daemon, named.is_alive(), named.ident, tell(named.join)]
    told += [tell(lambda: threading.Thread(group=1))]
    told += [named.start(), tell(named.start), named.join(), named.join(), named.join(0), named.is_alive()]
    told += [type(named.ident).__name__, tell(lambda: threading.current_thread().join())]
    plain = threading.Thread(target=lambda a, b=0: done.append((a, b)), args=[1], kwargs={"b": 2})
    plain.name = "other"
    plain.daemon = False
    told += [plain.getName() if sys.version_info < (3, 10) else plain.name, plain.daemon, plain.start()]
    plain.join()
    told += [tell(lambda: setattr(plain, "daemon", True)), threading.Thread().start()]
    told += [threading.current_thread() is threading.current_thread()]
    told += [threading.current_thread().ident == threading.get_ident(), threading.current_thread().is_alive()]
    told += [isinstance(plain, threading.Thread), isinstance(threading.Lock(), object)]
    return [*told, done]


def counted_threads() -> Told:
    gate = threading.Event()
    before = threading.active_count()
    worker = threading.Thread(target=gate.wait, name="waits")
    told: Told = [worker in threading.enumerate(), worker.start()]
    told += [threading.active_count() - before, worker in threading.enumerate()]
    told += [threading.current_thread() in threading.enumerate()]
    gate.set()
    worker.join()
    return [*told, threading.active_count() - before, worker in threading.enumerate()]


def timer() -> Told:
    told: Told = []
    cancelled = threading.Timer(60, told.append, [1])
    quick = threading.Timer(SHORT, told.append, args=[2])
    keyed = threading.Timer(interval=0, function=lambda **named: told.append(named), kwargs={"a": 3})
    told += [cancelled.interval, cancelled.start(), cancelled.cancel(), cancelled.join(), cancelled.cancel()]
    told += [quick.start(), quick.join(), quick.is_alive(), keyed.start(), keyed.join()]
    never = threading.Timer(0, told.append, [4])
    return [*told, never.cancel(), never.start(), never.join()]


def local() -> Told:
    mine = threading.local()
    told: Told = [tell(lambda: mine.value), hasattr(mine, "value")]
    mine.value = 1
    thread = threading.Thread(target=lambda: told.append(tell(lambda: mine.value)))
    thread.start()
    thread.join()
    told += [mine.value, sorted(vars(mine)), getattr(mine, "other", 5)]
    del mine.value
    return [*told, tell(lambda: mine.value), tell(lambda: delattr(mine, "value"))]


def queues(kind: Callable[..., Any]) -> Told:
    two = kind(maxsize=2)
    told = [two.maxsize, two.empty(), two.full(), two.qsize(), tell(two.get_nowait), tell(lambda: two.get(False))]
    told += [tell(lambda: two.get(timeout=SHORT)), tell(lambda: two.get(timeout=0)), tell(lambda: two.get(True, -1))]
    told += [
        tell(lambda: two.get(False, -1)),
        two.put(3),
        two.put(1, timeout=1),
        two.full(),
        tell(lambda: two.put(2, False)),
    ]
    told += [
        tell(lambda: two.put_nowait(2)),
        tell(lambda: two.put(2, timeout=SHORT)),
        tell(lambda: two.put(2, timeout=0)),
    ]
    told += [tell(lambda: two.put(2, True, -1)), two.qsize(), two.get(), two.task_done(), two.get(timeout=0)]
    told += [two.task_done(), tell(two.task_done), two.join(), two.empty()]
    unlimited = kind(-1)
    for number in (2, 1, 3):
        unlimited.put(number, timeout=-1) if number == 1 else unlimited.put(item=number)
    return [*told, unlimited.full(), unlimited.qsize(), [unlimited.get() for _number in range(3)]]


def simple_queue() -> Told:
    simple = queue.SimpleQueue()
    told = [simple.empty(), simple.qsize(), tell(simple.get_nowait), tell(lambda: simple.get(block=False))]
    told += [tell(lambda: simple.get(timeout=SHORT)), tell(lambda: simple.get(timeout=-1)), simple.put(1, False, -1)]
    return [
        *told,
        simple.put_nowait(2),
        simple.qsize(),
        simple.get(),
        simple.get(timeout=0),
        tell(lambda: simple.full()),
    ]


def shut_queue() -> Told:
    two = queue.Queue(2)
    told = [two.put(1), two.shutdown(), tell(lambda: two.put(2)), tell(lambda: two.put_nowait(2)), two.get()]
    told += [tell(two.get), tell(two.get_nowait), two.task_done(), two.join(), two.shutdown()]
    now = queue.LifoQueue()
    told += [now.put(1), now.put(2), now.shutdown(immediate=True), tell(now.get), now.join(), now.is_shutdown]
    waiting = queue.Queue()
    seen: Told = []
    thread = threading.Thread(target=lambda: seen.append(tell(waiting.get)))
    thread.start()
    waiting.shutdown()
    thread.join()
    return [*told, *seen]


def future() -> Told:
    one: Future[int] = Future()
    told: Told = [
        one.done(),
        one.running(),
        one.cancelled(),
        tell(lambda: one.result(0)),
        tell(lambda: one.exception(SHORT)),
    ]
    told += [tell(lambda: one.result(timeout=-1)), one.set_running_or_notify_cancel(), one.running(), one.cancel()]
    one.add_done_callback(lambda done: told.append(done.result()))
    told += [
        one.set_result(5),
        one.done(),
        one.result(),
        one.exception(),
        one.cancel(),
        tell(lambda: one.set_result(6))[:17],
    ]
    one.add_done_callback(lambda done: told.append("later"))
    failed: Future[int] = Future()
    told += [failed.set_exception(KeyError("no")), tell(failed.result), repr(failed.exception())]
    gone: Future[int] = Future()
    gone.add_done_callback(lambda done: told.append(done.cancelled()))
    told += [gone.cancel(), gone.cancel(), gone.cancelled(), gone.done(), tell(gone.result), tell(gone.exception)]
    told += [gone.set_running_or_notify_cancel(), tell(lambda: gone.set_result(1))[:17]]
    told += [tell(lambda: one.set_running_or_notify_cancel()).partition(":")[0]]
    return told


def callback_fails() -> Told:
    told: Told = []
    one: Future[int] = Future()
    one.add_done_callback(lambda done: 1 // 0)
    one.add_done_callback(lambda done: told.append("second"))
    one.set_result(1)
    return told


def waiting() -> Told:
    done: Future[int] = Future()
    failed: Future[int] = Future()
    pending: Future[int] = Future()
    done.set_result(1)
    failed.set_exception(ValueError("x"))
    told: Told = []
    for when in (
        concurrent.futures.FIRST_COMPLETED,
        concurrent.futures.FIRST_EXCEPTION,
        concurrent.futures.ALL_COMPLETED,
    ):
        found = wait([done, failed, pending], timeout=SHORT, return_when=when)
        told += [len(found.done), len(found.not_done), found[0] == found.done]
    told += [len(wait([done, done]).done), len(wait([]).done), tell(lambda: wait([done, pending], 0, "NEVER"))]
    told += [len(wait({pending}, timeout=0).not_done), sorted(f.result() for f in as_completed([done]))]
    told += [len(list(as_completed([done, failed, done]))), list(as_completed([]))]
    seen: list[int] = []

    def until() -> None:
        for each in as_completed([done, pending], timeout=SHORT):
            seen.append(each.result())  # noqa: PERF401  what was seen before the time was up counts

    return [*told, tell(until), seen]


def pool() -> Told:
    told: Told = [tell(lambda: ThreadPoolExecutor(0)), tell(lambda: ThreadPoolExecutor(initializer=3))]
    with ThreadPoolExecutor(max_workers=2, thread_name_prefix="cook") as executor:
        told += [executor.submit(pow, 2, 5).result(), executor.submit(pow, 2, exp=3).result(timeout=None)]
        told += [list(executor.map(pow, [1, 2, 3], [2, 2, 2])), list(executor.map(abs, []))]
        failing = executor.submit(lambda: 1 // 0)
        told += [tell(failing.result), type(failing.exception()).__name__, tell(lambda: list(executor.map(int, ["x"])))]
        told += [executor.submit(lambda: threading.current_thread().name.rpartition("_")[0]).result()]
        told += [list(executor.map(str, [1, 2], timeout=None)), tell(lambda: executor.submit())]
        told += [isinstance(failing, Future), isinstance(executor, concurrent.futures.Executor)]
    told += [tell(lambda: executor.submit(abs, 1)), executor.shutdown(), executor.shutdown(wait=False)]
    return [*told, tell(lambda: list(executor.map(abs, [1])))]


def initialised_pool() -> Told:
    ready: list[Any] = []
    with ThreadPoolExecutor(1, initializer=ready.append, initargs=(7,)) as executor:
        return [executor.submit(abs, -1).result(), ready]


def pool_that_cannot_begin() -> Told:
    executor = ThreadPoolExecutor(1, initializer=lambda: 1 // 0)
    first = executor.submit(abs, 1)
    told = [tell(first.result)]
    told += [tell(lambda: executor.submit(abs, 1)).partition(":")[0], executor.shutdown()]
    return told


def cancelled_pool() -> Told:
    gate = threading.Event()
    began = threading.Event()
    executor = ThreadPoolExecutor(1)

    def first() -> str:
        began.set()
        gate.wait()
        return "first"

    running, waiting = executor.submit(first), executor.submit(abs, 1)
    began.wait()
    told = [
        running.cancel(),
        running.running(),
        executor.shutdown(wait=False, cancel_futures=True),
        waiting.cancelled(),
    ]
    gate.set()
    return [*told, running.result(), tell(waiting.result), executor.shutdown()]


def slow_map() -> Told:
    gate = threading.Event()
    told: Told = []
    with ThreadPoolExecutor(1) as executor:
        results = executor.map(lambda number: gate.wait(), [1, 2], timeout=SHORT)
        told.append(tell(lambda: list(results)))
        gate.set()
    return told


def clocks() -> Told:
    before, began = time.monotonic(), time.time()
    told: Told = [time.sleep(0), time.sleep(SHORT), tell(lambda: time.sleep(-1)), tell(lambda: time.sleep("1"))]
    told += [time.monotonic() - before >= SHORT, time.time() - began >= SHORT * 0.9, type(time.monotonic_ns()).__name__]
    return [*told, type(time.time_ns()).__name__, type(time.perf_counter()).__name__]


SCENARIOS: dict[str, Callable[[], Told]] = {
    scenario.__name__: scenario
    for scenario in (
        *(lock, rlock, semaphore, bounded_semaphore, condition, notified, event, barrier, barrier_of_two),
        *(barrier_aborted, thread, counted_threads, timer, local, simple_queue, shut_queue, future, callback_fails),
        *(waiting, pool, initialised_pool, pool_that_cannot_begin, cancelled_pool, slow_map, clocks),
    )
}
SCENARIOS["queue"] = lambda: queues(queue.Queue)
SCENARIOS["lifo_queue"] = lambda: queues(queue.LifoQueue)
SCENARIOS["priority_queue"] = lambda: queues(queue.PriorityQueue)
NEWER = {"shut_queue": (3, 13)}


chosen: list[Callable[[], Told]] = []
seen: list[Told] = []


def body() -> None:
    """What is explored: one and the same function, so that it is instrumented once."""
    seen.append(chosen[-1]())


outcomes: set[Any] = set()


def submit_while_it_shuts() -> None:
    """A task that was taken on is run, whenever the pool is shut."""
    executor = ThreadPoolExecutor(1)
    told: Told = []
    thread = threading.Thread(target=lambda: told.append(tell(lambda: executor.submit(abs, -1).result())))
    thread.start()
    executor.shutdown()
    thread.join()
    outcomes.add(told[0])


def shut_while_others_wait() -> None:
    """One gets until the queue is shut, one puts two."""
    jobs: queue.Queue[int] = queue.Queue(1)
    told: Told = []

    def get() -> None:
        while tell(lambda: told.append(jobs.get())) is None:
            pass
        told.append("end")

    def put() -> None:
        told.append(tell(lambda: (jobs.put(1), jobs.put(2))))

    threads = [threading.Thread(target=target) for target in (get, put)]
    for thread in threads:
        thread.start()
    jobs.shutdown()  # type: ignore[attr-defined,unused-ignore]
    for thread in threads:
        thread.join()
    outcomes.add(tuple(each for each in told if type(each) is not tuple))
