"""What each worker does in each second, and the panels that come of it.

#   works, with the lock (or the permit)        x   undoes what it had done, to try again
D   waits for the disk, with the lock           !   fails, with the permit
.   waits for the lock                          w   works without it
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

SECONDS = 24
"""Virtual, of a recording."""
WORKERS = ("ana", "luis", "eva")


@dataclass
class Recording:
    """What was recorded; everything by the second.

    Attributes:
        lanes: by worker, a letter each second.
        done: by worker, how many of its jobs ended in each second.
        used: how many locks or permits were taken.
    """

    lanes: dict[str, list[str]] = field(default_factory=lambda: {name: [" "] * SECONDS for name in WORKERS})
    done: dict[str, list[int]] = field(default_factory=lambda: {name: [0] * SECONDS for name in WORKERS})
    used: list[int] = field(default_factory=lambda: [0] * SECONDS)

    def panels(self) -> list[str]:
        """Lines of text: four panels, then the lanes."""
        seconds = range(SECONDS)
        states = ["".join(lane[second] for lane in self.lanes.values()) for second in seconds]
        rows: dict[str, Sequence[object]] = {
            "hechos / done": [sum(done[second] for done in self.done.values()) for second in seconds],
            "esperan / waiting": [state.count(".") for state in states],
            "en uso / in use": self.used,
            "CPU": [sum(state.count(letter) for letter in "#wx") for state in states],
            **self.lanes,
        }
        return [f"{name:<18}{''.join(map(str, row))}".rstrip() for name, row in rows.items()]


class Recorder:
    """Is told by the workers what they are about to do.

    Attributes:
        recording: so far.
    """

    def __init__(self) -> None:
        self.recording = Recording()
        self._doing = dict.fromkeys(WORKERS, (" ", 0))
        self._used = 0

    def begins(self, name: str, letter: str) -> None:
        """From now on this worker does what the letter says."""
        before, since = self._doing[name]
        for second in range(since, min(self._now(), SECONDS)):
            self.recording.lanes[name][second] = before
        self._doing[name] = (letter, self._now())

    async def spends(self, name: str, letter: str, seconds: int) -> None:
        """Do it for so long."""
        self.begins(name, letter)
        await asyncio.sleep(seconds)

    def ends(self, name: str) -> None:
        """A job of this worker's is done."""
        self.recording.done[name][self._now() - 1] += 1

    def uses(self, change: int) -> None:
        """So many more locks or permits are taken from now on."""
        self._used += change
        for second in range(self._now(), SECONDS):
            self.recording.used[second] = self._used

    @staticmethod
    def _now() -> int:
        return round(asyncio.get_running_loop().time())
