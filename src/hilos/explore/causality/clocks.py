"""What happens before what, as bit sets.

The past of an event is the set of events that happen before it, itself included: an int with bit *i* set for event *i*
of the execution.  It is the closure of program order, of the order of conflicting operations, and of a thread's
start before its first operation.  In CPython one `|` of two such ints costs some 40 nanoseconds for executions of
hundreds of events, where joining two vector clocks of three threads costs ten times that; the sets answer
"does a happen before b" with a shift, and the set algebra of partial order reduction (initials, what does not depend
on an event) is a handful of `&`.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from hilos.explore.causality.dependence import AVAILABLE_0, BLOCKS, CHANNEL, IDLE, SHIFT, SPIN, WRITE, Footprint


class Past:
    """Happens-before over one growing and shrinking sequence of events.

    Attributes:
        past: for each event its past.
        thread: for each event the number of its thread.
        prints: for each event its footprint.
        events: for each thread its events, ascending.
        mask: for each thread its events as a set.
        on: for each location the events that touch it, as a set.
        writes_on: for each location the events that write it, as a set.
    """

    __slots__ = ("born", "events", "mask", "on", "past", "prints", "thread", "writes_on")

    def __init__(self) -> None:
        self.past: list[int] = []
        self.thread: list[int] = []
        self.prints: list[Footprint] = []
        self.events: list[list[int]] = []
        self.mask: list[int] = []
        self.born: list[int] = []
        self.on: dict[int, int] = {}
        self.writes_on: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self.past)

    def extend(
        self, threads: Sequence[int], prints: Sequence[Footprint], born: Sequence[int], races: list[tuple[int, int]]
    ) -> None:
        """Take in the events of an execution from `len(self)` on.

        Args:
            threads: of the whole execution, for each event its thread's number.
            prints: likewise its footprint.
            born: for each thread the event that started it, or -1.
            races: gets the pairs (earlier, later) of events that could have come in the other order and are not
                ordered by anything in between.
        """
        past, events, mask, on, writes_on = self.past, self.events, self.mask, self.on, self.writes_on
        while len(events) < len(born):
            events.append([])
            mask.append(0)
        self.born = list(born)
        start, end = len(past), len(threads)
        self.thread[start:] = threads[start:end]
        self.prints[start:] = prints[start:end]
        bit = 1 << start
        for event in range(start, end):
            thread, footprint = threads[event], prints[event]
            own = events[thread]
            if own:
                known = past[own[-1]]
            else:
                origin = born[thread]
                known = past[origin] if origin >= 0 else 0
            if type(footprint) is int:
                location = footprint >> SHIFT
                touching = on.get(location, 0)
                if footprint & WRITE:
                    news = touching & ~known
                    written = writes_on.get(location, 0)
                    writes_on[location] = written | bit
                else:
                    news = written = writes_on.get(location, 0)
                    news &= ~known
                while news:  # the latest first: what it is ordered after is no race
                    last = news.bit_length() - 1
                    if written >> last & 1 and footprint & BLOCKS:
                        partner = self._partner(footprint, written, known)
                        if partner >= 0:
                            races.append((partner, event))
                    else:
                        races.append((last, event))
                    known |= past[last]
                    news &= ~known
                on[location] = touching | bit
            else:
                known = self._several(event, footprint, known, races)
                for code in footprint:  # type: ignore[union-attr]  # mypy does not narrow on `type() is`
                    location = code >> SHIFT
                    if code & WRITE:
                        writes_on[location] = writes_on.get(location, 0) | bit
                    on[location] = on.get(location, 0) | bit
            past.append(known | bit)
            own.append(event)
            mask[thread] |= bit
            bit <<= 1

    def pending(self, thread: int, footprint: Footprint, races: list[tuple[int, int]], event: int) -> int:
        """The past that an operation would have that is still blocked at the end, and its races.

        Args:
            thread: whose operation it is.
            footprint: of the operation.
            races: gets its races, as pairs (earlier, `event`).
            event: the number it goes by.
        """
        own = self.events[thread]
        if own:
            known = self.past[own[-1]]
        else:
            known = self.past[self.born[thread]] if self.born[thread] >= 0 else 0
        if not isinstance(footprint, int) and any(
            code & BLOCKS and not code & SPIN and not self.writes_on.get(code >> SHIFT) for code in footprint
        ):
            return known  # a waiter that nobody has notified could not have gone on earlier either
        return self._several(event, footprint, known, races)

    def known_before(self, thread: int, event: int) -> int:
        """The past of the operation that a thread did last before `event`, or of its start."""
        own = self.events[thread]
        position = bisect_left(own, event)
        if position:
            return self.past[own[position - 1]]
        return self.past[self.born[thread]] if self.born[thread] >= 0 else 0

    def _several(self, event: int, footprint: Footprint, known: int, races: list[tuple[int, int]]) -> int:
        """The general case: candidates of all locations, latest first, so that what is ordered by another drops out."""
        prints = (footprint,) if isinstance(footprint, int) else footprint
        candidates = 0
        blocking: list[tuple[int, int]] = []
        for code in prints:
            location = code >> SHIFT
            written = self.writes_on.get(location, 0)
            last = written.bit_length() - 1
            if code & WRITE:
                candidates |= self.on.get(location, 0) & -(1 << last + 1)
            if last >= 0:
                if code & BLOCKS:
                    blocking.append((last, code))
                else:
                    candidates |= 1 << last
        # What must come first whatever the order (a waiter's notification) is known before partners are looked for.
        if prints and prints[0] & SPIN:
            return self._spun(event, prints, known, races)
        for last, code in reversed(blocking):
            if not known >> last & 1 and self._partner(code, self.writes_on[code >> SHIFT], known) < 0:
                known |= self.past[last]
        waits = dict(blocking)
        news = candidates & ~known
        for last in waits:
            news |= 1 << last & ~known
        while news:
            earlier = partner = news.bit_length() - 1
            if earlier in waits and not candidates >> earlier & 1:
                code = waits[earlier]
                partner = self._partner(code, self.writes_on[code >> SHIFT], known)
            if partner >= 0:
                races.append((partner, event))
            known |= self.past[earlier]
            news &= ~known
        return known

    def _spun(self, event: int, prints: tuple[int, ...], known: int, races: list[tuple[int, int]]) -> int:
        """A spinning thread goes on: it could have done so after any of the writes, but not before all of them."""
        news: set[int] = set()
        for code in prints:
            for earlier in _latest_first(self.writes_on.get(code >> SHIFT, 0)):
                if known >> earlier & 1:
                    break
                if not self._is_idle(earlier, code >> SHIFT):
                    news.add(earlier)
        for earlier in sorted(news, reverse=True):
            if known >> earlier & 1:
                continue
            if any(other != earlier and not self.past[other] >> earlier & 1 for other in news):
                races.append((earlier, event))
            known |= self.past[earlier]
        return known

    def _is_idle(self, event: int, location: int) -> bool:
        footprint = self.prints[event]
        return all(
            code & IDLE
            for code in ((footprint,) if isinstance(footprint, int) else footprint)
            if code >> SHIFT == location and code & WRITE
        )

    def _partner(self, code: int, writes: int, known: int) -> int:
        """The last of a set of writes before which the object was available on the channel of `code`; -1 if none."""
        available = AVAILABLE_0 << (1 if code & CHANNEL else 0)
        location = code >> SHIFT
        for earlier in _latest_first(writes):
            if known >> earlier & 1:
                return -1
            footprint = self.prints[earlier]
            for other in (footprint,) if isinstance(footprint, int) else footprint:
                if other >> SHIFT == location and other & available:
                    return earlier
        return -1

    def shrink(self, length: int) -> None:
        """Forget all events from number `length` on."""
        keep = (1 << length) - 1
        for thread, events in enumerate(self.events):
            if events and events[-1] >= length:
                del events[bisect_left(events, length) :]
                self.mask[thread] &= keep
        self.on = {location: left for location, events in self.on.items() if (left := events & keep)}
        self.writes_on = {location: left for location, events in self.writes_on.items() if (left := events & keep)}
        del self.past[length:], self.thread[length:], self.prints[length:]

    def not_after(self, event: int) -> int:
        """The set of events later in the sequence that do not happen after `event`."""
        past = self.past
        own = self.thread[event]
        found = 0
        for thread, events in enumerate(self.events):
            if thread == own or not events or events[-1] <= event:
                continue
            if not past[events[-1]] >> event & 1:
                found |= self.mask[thread]
                continue
            low, high = bisect_left(events, event), len(events) - 1
            while low < high:
                middle = (low + high) // 2
                if past[events[middle]] >> event & 1:
                    high = middle
                else:
                    low = middle + 1
            found |= self.mask[thread] & ((1 << events[low]) - 1)
        return found & -(2 << event)


def _latest_first(events: int) -> Iterator[int]:
    while events:
        latest = events.bit_length() - 1
        yield latest
        events ^= 1 << latest
