"""What a row adds says the same as the row, at any instant."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from support.observed import DAY_MS, NOW_MS, observations

from comity.figures import tally
from comity.figures.row_tally import MARKS, lines, tallied

chances = st.randoms(use_true_random=True)


@given(chances, st.integers(0, 400))
@settings(max_examples=15)
def test_a_tally_says_all_that_is_told_of_its_row_at_every_instant(
    chance: Random, days: int
) -> None:
    """Its groups, what it counts in by area, its times: what still runs, runs on."""
    now_ms = NOW_MS + days * DAY_MS
    for row in observations(chance, 12):
        one = tallied(row)
        assert tuple(lines(one.groups)) == tally.groups(row)
        for area, text in zip(tally.AREAS, one.counts, strict=True):
            assert lines(text) == sorted(tally.counts(row, area))
        told = [
            (name[1:], ms + now_ms if MARKS[name[0]].runs else ms, MARKS[name[0]].happened)
            for name, ms in zip(lines(one.times), one.ms, strict=True)
        ]
        assert sorted(told) == sorted(tally.times(row, now_ms))
