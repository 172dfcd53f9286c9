"""The picture of a run: what is told of a thread that has ended, and for how long it is remembered."""

from typing import Any

from hilos.lab.emitter import ACQUIRED
from hilos.lab.picture import HOLDS, MEMORY, Picture

PLACE = 1


def with_lock() -> Picture:
    """One that has met a lock, number 7."""
    picture = Picture()
    picture.lock({"i": 7, "name": "ledger", "type": "Lock"})
    return picture


def thread(number: int, event: str, time: int) -> dict[str, Any]:
    """What the lesson says of a thread."""
    return {"i": number, "ev": event, "name": f"worker-{number}", "t": time}


def rows(picture: Picture) -> list[list[Any]]:
    """The rows of a batch."""
    item = picture.batch()
    return item["r"] if item is not None else []


def test_a_thread_that_ends_holds_nothing_any_more() -> None:
    """What it held is told as closed when it ended, once."""
    picture = with_lock()
    picture.thread(thread(1, "begin", 10))
    picture.events([20, 1, ACQUIRED, 7, PLACE], 20, 0)
    assert rows(picture) == [[1, HOLDS, 7, 20, None, PLACE]]
    picture.thread(thread(1, "end", 50))
    assert rows(picture) == [[1, HOLDS, 7, 20, 50, PLACE]]
    assert rows(picture) == []
    assert picture.open_rows() == []


def test_what_is_told_of_a_thread_after_its_end_does_not_stay_open() -> None:
    """Events may come after the word that their thread has ended."""
    picture = with_lock()
    picture.thread(thread(1, "begin", 10))
    picture.thread(thread(1, "end", 50))
    assert rows(picture) == []
    picture.events([20, 1, ACQUIRED, 7, PLACE], 60, 0)
    assert rows(picture) == [[1, HOLDS, 7, 20, 50, PLACE]]
    assert picture.open_rows() == []


def test_a_thread_is_remembered_for_a_minute_after_its_end() -> None:
    """Threads that go on stay, however old."""
    picture = with_lock()
    for number in (1, 2, 3):
        picture.thread(thread(number, "begin", number))
    picture.thread(thread(2, "end", 100))
    picture.thread(thread(1, "end", 200))
    picture.events([], 100 + MEMORY, 0)
    picture.batch()
    assert sorted(picture.lanes) == [1, 2, 3]
    picture.events([], 101 + MEMORY, 0)
    picture.batch()
    assert sorted(picture.lanes) == [1, 3]
    picture.events([], 10 * MEMORY, 0)
    picture.batch()
    assert sorted(picture.lanes) == [3]
