"""Inside a worker process: calls come over a pipe, answers go back over it.

    messages in    CALL, a pickled (function, args, kwargs)    BATCH, a pickled [(function's name, JSON), ...]
    answers        "value" or "error"                          "some" results so far, "last" of them
                   "progress" (number in the batch, share)     "returned": calls of the batch that had not begun

A batch saves most of the price of a message a call.  Two things keep it from costing anything else:

* **The mark**, two numbers in shared memory: which call of the batch runs, and since when.  When this process is
  killed its parent reads there which call it was; the others of the batch are not to blame.
* **Recall**: a batch whose first call takes long is given back.  A thread takes from the far end what has not begun,
  while the main thread takes from the near end; taking from a deque is atomic, so that each call goes to one of them.
  "last" means that nothing more comes, so it is not sent while that thread is giving back.
"""

import contextlib
import multiprocessing
import os
import pickle
import signal
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from multiprocessing.connection import Connection, wait
from typing import Any

from hilos.errors import GiveUp
from hilos.jobs.affinity import pin
from hilos.jobs.context import reporter
from hilos.jobs.named import call_by_name
from hilos.locale import set_language

Send = Callable[[str, object], None]
Call = tuple[str, str]
Result = tuple[int, str, bool, bool, float, float]
"""Number in the batch, value or traceback, whether it failed, whether to give up, when it began and ended."""

CALL, BATCH = b"c", b"b"

TELL_EVERY = 0.001
"""Seconds after which the results so far of a batch are sent."""


def serve(
    pipe: "Connection[Any, Any]",
    recalls: "Connection[Any, Any]",
    mark: Any,
    spoken: str,
    cpus: Sequence[int],
    initializer: Callable[..., object] | None,
    initargs: tuple[Any, ...],
) -> None:
    """Run calls from `pipe` until its other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    set_language(spoken)
    writing = threading.Lock()  # a call may report from several threads of its own

    def send(kind: str, content: object) -> None:
        message = pickle.dumps((kind, content), pickle.HIGHEST_PROTOCOL)
        with writing:
            pipe.send_bytes(message)

    todo: deque[tuple[int, Call]] = deque()
    giving_back = threading.Lock()
    threading.Thread(target=_watch, args=(recalls, todo, send, giving_back), name="parent watch", daemon=True).start()
    if cpus:
        pin(cpus)
    if initializer is not None:
        initializer(*initargs)
    reporter.set(partial(_report, send, mark))
    with contextlib.suppress(EOFError, OSError):
        send("ready", None)
        while True:
            message = pipe.recv_bytes()
            if message.startswith(CALL):
                _answer(message[1:], send)
            else:
                todo.extend(enumerate(pickle.loads(message[1:])))  # noqa: S301  from our parent, over a private pipe
                results = _run_batch(todo, mark, send)
                with giving_back:
                    send("last", results)


def _report(send: Send, mark: Any, progress: float | None) -> None:
    if progress is not None:
        send("progress", (int(mark[0]) - 1, float(progress)))


def _run_batch(todo: "deque[tuple[int, Call]]", mark: Any, send: Send) -> list[Result]:
    """Run what there is to do; the results that were not sent meanwhile."""
    results: list[Result] = []
    told = time.monotonic()
    while True:
        try:
            number, (function, arguments) = todo.popleft()
        except IndexError:  # done, or recalled
            break
        started = time.monotonic()
        mark[1] = started
        mark[0] = number + 1
        failed = give_up = False
        try:
            answer = call_by_name(function, arguments)
        except Exception as error:  # noqa: BLE001
            answer = "".join(traceback.format_exception(error))
            failed, give_up = True, isinstance(error, GiveUp)
        ended = time.monotonic()
        results.append((number, answer, failed, give_up, started, ended))
        if ended - told >= TELL_EVERY and todo:
            mark[0] = 0.0
            send("some", results)
            results, told = [], ended
    mark[0] = 0.0
    return results


def _answer(payload: bytes, send: Send) -> None:
    try:
        function, args, kwargs = pickle.loads(payload)  # noqa: S301  from our parent, over a private pipe
        value = function(*args, **kwargs)
    except Exception as error:  # noqa: BLE001
        _send_error(error, send)
        return
    try:
        send("value", value)
    except OSError:
        raise
    except Exception as error:  # noqa: BLE001
        _send_error(error, send)


def _send_error(error: Exception, send: Send) -> None:
    text = "".join(traceback.format_exception(error))
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301  some exceptions pickle and cannot be made again
    except Exception:  # noqa: BLE001
        error = RuntimeError(f"{type(error).__name__}: {error}")
    error.__traceback__ = None
    send("error", (error, text))


def _watch(
    recalls: "Connection[Any, Any]", todo: "deque[tuple[int, Call]]", send: Send, giving_back: threading.Lock
) -> None:
    """End with the parent, however it ends; give back what has not begun when it asks for that."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    watched: list[Any] = [parent.sentinel, recalls]
    while True:
        ready = wait(watched)
        if parent.sentinel in ready:
            os._exit(1)
        try:
            recalls.recv_bytes()
        except (EOFError, OSError):
            watched = [parent.sentinel]
            continue
        with giving_back:
            given: list[int] = []
            with contextlib.suppress(IndexError):
                while True:
                    given.append(todo.pop()[0])
            with contextlib.suppress(OSError):
                send("returned", given)
