"""How many problems of a text are told."""

import pytest

from comity.kernel.problem import LISTED_MAX, Problem, Unfit, counted, listed


@pytest.mark.parametrize(
    ("count", "told"),
    [(1, "1 problem"), (LISTED_MAX, "100 problems"), (27_001, "more than 100 problems")],
)
def test_the_first_hundred_are_told_and_how_many_more_there_are(count: int, told: str) -> None:
    """What another State proposed may have any number of them: no page lists them all."""
    every = [Problem(f"/{k}", "x", "It is wrong.", "Correct it.") for k in range(count)]
    found = listed(every)
    assert found[:LISTED_MAX] == tuple(every[:LISTED_MAX])
    assert counted(found) == told
    assert [one.what for one in found[LISTED_MAX:]] == (
        [f"{count - LISTED_MAX} more problems are not listed."] if count > LISTED_MAX else []
    )
    assert listed(found) == found
    assert Unfit("x.y", "text", every).problems == found
    assert f" has {told}:" in Unfit("x.y", "text", found).what
