"""What is kept of rows is read back as it was."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from support.observed import DAY_MS, NOW_MS, START_MS, observations

from comity.figures.figures import Period, figures, of
from comity.kernel import ijson
from comity.node.review import compact

chances = st.randoms(use_true_random=True)
PERIOD = Period(START_MS + 90 * DAY_MS, NOW_MS)
BEFORE = Period(START_MS, PERIOD.from_ms)


@given(chances, st.integers(0, 400))
@settings(max_examples=5)
def test_figures_of_what_was_kept_are_those_of_the_rows(chance: Random, days: int) -> None:
    """Written as it is kept, read back, and counted at a later instant: the same bytes."""
    rows = observations(chance, 12)
    now_ms = NOW_MS + days * DAY_MS
    kept = [(row.id, ijson.render(compact.tallies_to_json([row]))) for row in rows]
    read = [
        one for name, data in kept for one in compact.tallies_from_json(name, ijson.parse(data))
    ]
    found, _ = of(read, PERIOD, now_ms, BEFORE)
    assert ijson.render(found) == ijson.render(figures(rows, PERIOD, now_ms, BEFORE))
