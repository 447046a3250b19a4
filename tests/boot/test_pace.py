"""Work that nobody waits for makes way for acts, and is never given up."""

from hypothesis import given
from hypothesis import strategies as st

from comity.boot.pace import RUSH_ENTRIES, Pace

MOST = 8


@given(st.lists(st.integers(0, 10 * RUSH_ENTRIES)))
def test_some_of_it_is_done_in_every_second(understood: list[int]) -> None:
    """However many entries come, and whatever is cut again."""
    pace = Pace(MOST)
    assert all(1 <= pace.steps(size) <= MOST for size in understood)


@given(st.integers(0, 10**9))
def test_a_rush_has_one_step_and_the_quiet_after_it_all(size: int) -> None:
    """From one second to the next."""
    pace = Pace(MOST)
    pace.steps(size)
    assert pace.steps(size + RUSH_ENTRIES) == MOST
    assert pace.steps(size + 2 * RUSH_ENTRIES + 1) == 1
    assert pace.steps(size + 2 * RUSH_ENTRIES + 1) == MOST
