"""Measuring how long replies take, honestly: percentiles, and pings that are sent on time."""

import asyncio
import itertools
import math
from collections.abc import Awaitable, Callable, Sequence


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of `values` do not exceed, by the nearest-rank method; NaN of none."""
    if not values:
        return math.nan
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


async def ping_on_time(send: Callable[[int], Awaitable[None]], interval: float, due: dict[int, float]) -> None:
    """Send pings 0, 1, 2... one each `interval` seconds until cancelled, without waiting for replies.

    Latency must be counted from when a ping *should* have left.  Who waits for one reply before the next ping sends
    hardly any while the server is stuck, and so measures mostly the good moments (Gil Tene's «coordinated omission»).

    Arguments:
        send: sends the ping of that number.
        interval: seconds.
        due: filled with the loop's time at which each ping should have left; who receives the pong takes it out.
    """
    loop = asyncio.get_running_loop()
    start = loop.time()
    for number in itertools.count():
        on_time = start + number * interval
        await asyncio.sleep(max(0.0, on_time - loop.time()))
        due[number] = on_time  # only now: one that is cancelled before it leaves gets no reply
        await send(number)
