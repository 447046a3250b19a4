"""Work that nobody waits for makes way for acts, and is never given up."""

from itertools import batched

from hypothesis import given
from hypothesis import strategies as st

from comity.boot.pace import RUSH_ENTRIES, RUSH_TURN, Pace

MOST = 8


@given(st.lists(st.integers(0, 10 * RUSH_ENTRIES)))
def test_some_of_it_is_done_in_every_ten_seconds(understood: list[int]) -> None:
    """However many entries come, and whatever is cut again."""
    pace = Pace(MOST)
    steps = [pace.steps(size) for size in understood]
    assert all(0 <= count <= MOST for count in steps)
    whole = len(steps) // RUSH_TURN * RUSH_TURN
    assert all(any(turn) for turn in batched(steps[:whole], RUSH_TURN, strict=True))


@given(st.integers(0, 10**9))
def test_a_rush_has_one_step_in_ten_seconds_and_the_quiet_after_it_all(size: int) -> None:
    """From one second to the next."""
    pace = Pace(MOST)
    pace.steps(size)
    assert pace.steps(size + RUSH_ENTRIES) == MOST
    came = [size + RUSH_ENTRIES + (RUSH_ENTRIES + 1) * turn for turn in range(1, RUSH_TURN + 1)]
    assert [pace.steps(one) for one in came] == [0] * (RUSH_TURN - 1) + [1]
    assert pace.steps(came[-1]) == MOST
