"""Every order in which an event loop may resume the tasks of a program, with CPython's own asyncio.

Locks, queues, gather, TaskGroup, timeouts: all of them are the standard library's; only the loop beneath them is ours.
It has no sockets and no clock.  At each turn it puts what could happen next on a list, and a search decides:

    in any order      any handle that is ready, or the earliest timer although others are ready (time may pass at any
                      moment), or a cancellation where the question asks for them.  This is more than one loop does (it
                      takes what is ready first in, first out): it covers whatever order answers come from a network in.
                      Only those who wait for one future hear of it in the order in which they asked.
    as the loop does  first in, first out; time passes when nothing is ready, or when somebody computes.  Only timers
                      that are due at the same moment may come in any order, save those of executors.

The search replays from the start: the learner's file is run anew for each order, so nothing is left of the one before.
Orders are tried by how often they depart from the loop's own, then by length: the first that fails is the simplest.
Every order is run exactly once, with no reduction, so that what is proved needs no argument about what commutes; the
bound is the size of the program, the steps of one execution, and one cancellation in each.

Modelled: a function given to `to_thread` or an executor runs in one piece, at any moment.  Refused with line and name:
what blocks the loop (`time.sleep`, a `threading.Lock` that is taken), and whatever of asyncio needs the outside world.

forms.py       what of the standard library an answer may use, read from its source
trouble.py     what can be wrong with an execution
loop.py        the event loop: what could happen next
machine.py     the program to run, and one execution of it
blocking.py    calls that would block the loop, while an execution goes on
watching.py    tasks that spin, tasks that nobody keeps
search.py      which order next
telling.py     an execution told with the learner's lines
asking.py      the questions of the checks, and their lamps
"""

from hilos.course.asynchronous.asking import Asking
from hilos.course.asynchronous.blocking import compute
from hilos.course.asynchronous.machine import Program
from hilos.course.asynchronous.watching import hoarded

__all__ = ["Asking", "Program", "compute", "hoarded"]
