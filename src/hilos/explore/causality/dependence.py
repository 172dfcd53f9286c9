"""When two operations commute.

An operation's *footprint* says what it touches.  It is one int for each location: the location's number shifted left
by `SHIFT`, below it eight bits:

    bit 0   it writes (else it reads)
    bit 1   it blocks: it can happen only while the object is available on its channel
    bit 2   the channel it waits for (a queue has two: 0 there is something to get, 1 there is room to put)
    bit 3   the object was available on channel 0 just before
    bit 4   the object was available on channel 1 just before
    bit 5   this read would be a write in another state of the object
    bit 6   it blocks until another thread has written the location since this one read it (see below)
    bit 7   it changed nothing after all: an attempt that failed

An operation that touches several locations has a tuple of such ints, of which only the first may block.  Two
operations of different threads conflict if they share a location that one of them writes; all else commutes.  The
relation is *valid* in the sense of Mazurkiewicz traces as long as what is recorded as a read changes nothing and the
footprint of a pending operation is changed only by operations that conflict with it.

Bits 3 and 4 are what makes locks right.  An acquire that follows a release conflicts with it, but cannot be moved
before it: it would be blocked.  What it races with is the last operation before which the object *was* available,
usually the other thread's acquire (Abdulla, Aronis, Jonsson, Sagonas, J. ACM 64(4), 2017, section on disabling).

Bit 6 is how a loop that only looks (`while not ready: pass`) comes to an end: a round that changed nothing, neither
memory nor its own variables, would be followed by another like it until somebody writes what it read, so the thread
waits for that.  Rounds that would have been run in between are no traces of their own.
"""

from typing import TypeAlias

SHIFT = 8
WRITE = 1
BLOCKS = 2
CHANNEL = 4
AVAILABLE_0 = 8
AVAILABLE_1 = 16
VARIES = 32
SPIN = 64
IDLE = 128

Footprint: TypeAlias = int | tuple[int, ...]


def read(location: int) -> int:
    return location << SHIFT


def write(location: int) -> int:
    return location << SHIFT | WRITE


def codes(footprint: Footprint) -> tuple[int, ...]:
    """The footprint as a tuple."""
    return (footprint,) if isinstance(footprint, int) else footprint


def conflict(one: Footprint, other: Footprint) -> bool:
    """Whether two operations of different threads do not commute."""
    if isinstance(one, int) and isinstance(other, int):
        return one >> SHIFT == other >> SHIFT and bool((one | other) & WRITE)
    return any(a >> SHIFT == b >> SHIFT and (a | b) & WRITE for a in codes(one) for b in codes(other))


def strongest(footprint: Footprint) -> Footprint:
    """A footprint that conflicts with whatever this operation could conflict with in another state."""
    if isinstance(footprint, int):
        return footprint | WRITE if footprint & VARIES else footprint
    return tuple(code | WRITE if code & VARIES else code for code in footprint)
