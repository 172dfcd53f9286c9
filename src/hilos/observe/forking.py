"""What a forked child must put right before it goes on.

Its parent's other threads do not exist in it, observe's own lock may have been held by one of them, and what its
parent counted is not the child's to count again.
"""

import os

from hilos.observe import hub, ordering, records, threads, waiting

_prepared = False


def prepare() -> None:
    """Have forks handled from now on; calling it again changes nothing.

    Not done at import: nothing in hilos has a side effect there.
    """
    global _prepared
    if not _prepared:
        _prepared = True
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=_in_child)


def _in_child() -> None:
    records.after_fork()
    threads.only_this_thread()
    records.forget()
    waiting.forget()
    hub.forget()
    ordering.after_fork()
