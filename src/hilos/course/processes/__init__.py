"""A small model of `multiprocessing`, whose processes the explorer schedules.

Each process is a thread of the exploration with memory of its own: a module of its own made of the learner's file.
`Process.start` fills it, by the start method:

    fork    with a copy of the parent's globals, as they are at that moment: also a lock that somebody holds
    spawn   with what importing the file makes; the target and its arguments have to be picklable

`Queue` has what makes it surprising: `put` hands the item to a feeder thread of that process, which writes it into a
pipe of bounded capacity, and a process ends only when its feeders have written everything (unless
`cancel_join_thread`).  `Pipe`, `Value`, `Array`, `Lock` and the like are shared between processes, everything else is
not.  Which process it is that runs is read from the frames: whose module they belong to.

What is not modelled is refused with a sentence: pools, managers, ending a process from outside, shared memory blocks.
Simplified: an item is pickled when it is put (the standard library does so a little later); a pipe's end of file; and
what other threads of the parent write to plain memory while it forks is seen as of one moment (locks are explored).
"""

from pathlib import Path

from hilos.course.processes.machine import Machine
from hilos.course.processes.work import Work
from hilos.explore.recording import see_through

see_through(str(Path(__file__).parent))

__all__ = ["Machine", "Work"]
