"""Data races: conflicting accesses to memory that no synchronisation orders, whether or not anything failed.

Here only synchronisation orders (locks, events, queues, starts and joins...), not the accesses themselves, as in the
happens-before detectors of Lamport's line (Djit, FastTrack).  Since every trace of the program is run, a race that any
interleaving has is seen in one of them.
"""

from collections.abc import Callable, Sequence

from hilos.explore.causality.clocks import Past
from hilos.explore.causality.dependence import SHIFT, WRITE, Footprint, codes


def data_races(
    threads: Sequence[int], prints: Sequence[Footprint], born: Sequence[int], is_memory: Callable[[int], bool]
) -> list[tuple[int, int, int]]:
    """The races of one execution: (location, earlier event, later event), the first pair of each location.

    Args:
        threads: for each event its thread.
        prints: for each event its footprint.
        born: for each thread the event that started it, or -1.
        is_memory: whether a location is memory, and not an object that synchronises.
    """
    synchronising: list[Footprint] = [
        tuple(code for code in codes(footprint) if not is_memory(code >> SHIFT)) for footprint in prints
    ]
    order = Past()
    order.extend(threads, synchronising, born, [])
    found: list[tuple[int, int, int]] = []
    writes: dict[int, int] = {}
    reads: dict[int, dict[int, int]] = {}
    raced: set[int] = set()
    for event, footprint in enumerate(prints):
        thread, known = threads[event], order.past[event]
        for code in codes(footprint):
            location = code >> SHIFT
            if location in raced or not is_memory(location):
                continue
            earlier = [writes[location]] if location in writes else []
            if code & WRITE:
                earlier += reads.get(location, {}).values()
            for other in earlier:
                if threads[other] != thread and not known >> other & 1:
                    found.append((location, other, event))
                    raced.add(location)
                    break
            if code & WRITE:
                writes[location] = event
                reads[location] = {}
            else:
                reads.setdefault(location, {})[thread] = event
    return found
