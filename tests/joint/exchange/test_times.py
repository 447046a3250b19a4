"""Laws of times that are bounded by causality."""

from hypothesis import given
from hypothesis import strategies as st

from comity.joint.exchange import times
from comity.kernel import limits

instants = st.integers(0, 1 << 53)
many = st.lists(instants, max_size=6)


@given(instants, instants, many)
def test_a_time_never_falls_in_a_log_nor_below_its_claim(
    claim_ms: int, before_ms: int, seen_ms: list[int]
) -> None:
    """Whatever was seen, a receipt is not earlier than it says, nor than the one before it."""
    assert times.effective_ms(claim_ms, before_ms, seen_ms) >= max(claim_ms, before_ms)


@given(instants, many)
def test_nobody_moves_anothers_time_by_more_than_clocks_may_differ(
    claim_ms: int, seen_ms: list[int]
) -> None:
    """A claim years ahead stands in its own log alone."""
    assert times.effective_ms(claim_ms, 0, seen_ms) <= claim_ms + limits.SKEW_MS_MAX


@given(instants, st.integers(0, limits.SKEW_MS_MAX))
def test_an_effect_is_not_before_its_cause(claim_ms: int, ahead_ms: int) -> None:
    """Of clocks that are close enough to sign, the later one counts."""
    seen_ms = claim_ms + ahead_ms
    assert times.effective_ms(claim_ms, 0, [seen_ms]) == seen_ms
