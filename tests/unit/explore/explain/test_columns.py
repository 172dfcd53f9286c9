"""What several actors did, drawn: the middle of a long story is left out, its heading is not told twice."""

import pytest

from hilos.explore.explain.columns import Row, draw, draw_most


@pytest.mark.parametrize("actors", [("one",), ("one", "two"), ("one", "two", "xyz"), tuple("abcde")])
def test_a_long_story_is_its_beginning_and_its_end_under_one_heading(actors: tuple[str, ...]) -> None:
    """For columns and for lanes, whose heading grows with the actors; a story that fits is whole."""
    rows = [Row(f"{number:>3}", actors[number % len(actors)], "", f"step {number}") for number in range(20)]
    assert draw_most(actors, rows, 80, 20, "… {n} …") == draw(actors, rows, 80)
    whole, heading = draw(actors, rows, 80), draw(actors, (), 80)
    body = whole[len(heading) :]
    assert len(body) == 20
    drawn = draw_most(actors, rows, 80, 10, "… {n} …")
    assert [line.strip() for line in drawn] == [
        line.strip() for line in [*heading, *body[:3], "", "… 10 …", "", *body[-7:]]
    ]
